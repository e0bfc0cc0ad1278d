package coldstart_test

import (
	"context"
	"fmt"

	"github.com/lambdapatterns/lambdapatterns/coldstart"
)

// A secret that is fetched while the snapshot is made would be the same, and as old, in every environment.
func ExampleStart_Ready() {
	secret := coldstart.NewLazy(func(context.Context) (string, error) { return "s3cr3t", nil })

	var start coldstart.Start
	start.BeforeSnapshot("secret", func(context.Context) error { secret.Reset(); return nil })
	start.AfterRestore("secret", func(ctx context.Context) error { _, err := secret.Get(ctx); return err })

	// At the end of main, before lambda.Start. Only in SnapStart functions do the hooks run.
	fmt.Println(start.Ready(context.Background()))
	// Output: <nil>
}
