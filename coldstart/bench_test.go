package coldstart_test

import (
	"context"
	"sync"
	"testing"

	"github.com/lambdapatterns/lambdapatterns/coldstart"
)

// BenchmarkRun asks what Run adds to the start of eight tasks that do nothing, compared with a bare WaitGroup under
// the same deadline, which has no report, survives no panic and waits for ever for a task that ignores its context.
func BenchmarkRun(b *testing.B) {
	do := func(context.Context) error { return nil }
	var tasks []coldstart.Task
	for _, name := range []string{"a", "b", "c", "d", "e", "f", "g", "h"} {
		tasks = append(tasks, coldstart.Task{Name: name, Do: do, Required: true})
	}
	b.Run("Run", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := coldstart.Run(b.Context(), tasks...); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("WaitGroup", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			ctx, cancel := context.WithTimeout(b.Context(), coldstart.DefaultTimeout)
			errs := make([]error, len(tasks))
			var group sync.WaitGroup
			for i, task := range tasks {
				group.Go(func() { errs[i] = task.Do(ctx) })
			}
			group.Wait()
			cancel()
			for _, err := range errs {
				if err != nil {
					b.Fatal(err)
				}
			}
		}
	})
}
