package coldstart_test

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/lambdapatterns/lambdapatterns/coldstart"
)

// Few orders are refunded, so the rates are loaded by the first one that is.
func ExampleNewLazy() {
	loads := 0
	rates := coldstart.NewLazy(func(context.Context) (map[string]float64, error) {
		if loads++; loads == 1 {
			return nil, errors.New("the rates cannot be reached")
		}
		return map[string]float64{"EUR": 1.08}, nil
	})
	for range 3 {
		r, err := rates.Get(context.Background())
		fmt.Println(r["EUR"], err)
	}
	fmt.Println("loaded", loads, "times")
	// Output:
	// 0 the rates cannot be reached
	// 1.08 <nil>
	// 1.08 <nil>
	// loaded 2 times
}

// A secret that rotates is fetched again when it is old, and at once when a server refuses it.
func ExampleNewExpiring() {
	fetched := 0
	key := coldstart.NewExpiring(10*time.Minute, func(context.Context) (string, error) {
		fetched++
		return fmt.Sprintf("key %d", fetched), nil
	})
	ctx := context.Background()
	for range 2 {
		k, err := key.Get(ctx)
		fmt.Println(k, err)
	}
	key.Reset()
	k, err := key.Get(ctx)
	fmt.Println(k, err)
	// Output:
	// key 1 <nil>
	// key 1 <nil>
	// key 2 <nil>
}
