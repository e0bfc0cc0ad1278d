package coldstart_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"time"

	"github.com/lambdapatterns/lambdapatterns/coldstart"
)

func openTable(context.Context) error   { return nil }
func primeCache(context.Context) error  { return errors.New("cache is cold") }
func loadSecrets(context.Context) error { return errors.New("access denied") }

// What a function's main does before lambda.Start.
func ExampleRun() {
	report, err := coldstart.Run(context.Background(),
		// The first invocation comes at once only on demand; an early connection is of no use otherwise.
		coldstart.Task{Name: "table", Do: openTable, Only: []coldstart.InitializationType{coldstart.OnDemand}},
		coldstart.Task{Name: "cache", Do: primeCache},
		coldstart.Task{Name: "secrets", Do: loadSecrets, Required: true},
	)
	for _, task := range report.Tasks {
		fmt.Printf("%s: skipped %v, error %v\n", task.Name, task.Skipped, task.Err)
	}
	fmt.Println(err) // Here main would end the process, and Lambda would start it again.
	// Output:
	// table: skipped true, error <nil>
	// cache: skipped false, error cache is cold
	// secrets: skipped false, error access denied
	// coldstart: task "secrets": access denied
}

func ExampleReport_LogValue() {
	// The example drops what changes from run to run.
	logger := slog.New(slog.NewTextHandler(os.Stdout, &slog.HandlerOptions{
		ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
			switch a.Key {
			case slog.TimeKey, "duration_ms", "total_ms":
				return slog.Attr{}
			}
			return a
		},
	}))
	report, _ := coldstart.Run(context.Background(), coldstart.Task{Name: "cache", Do: primeCache})
	logger.Info("initialised", "report", report)
	// Output:
	// level=INFO msg=initialised report.initialization="" report.tasks.cache.error="cache is cold"
}

// Initialisation ends after 10 s on demand only, so Run waits for 8. Where a function has provisioned concurrency, it may take 130 s
// or more; how much of that Run may take a context says.
func ExampleRun_deadline() {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Millisecond)
	defer cancel()
	_, err := coldstart.Run(ctx, coldstart.Task{Name: "index", Required: true, Do: func(ctx context.Context) error {
		<-ctx.Done() // what loads the index heeds its context
		return ctx.Err()
	}})
	fmt.Println(errors.Is(err, context.DeadlineExceeded))
	task, _ := errors.AsType[*coldstart.TaskError](err)
	fmt.Println(task.Task)
	// Output:
	// true
	// index
}
