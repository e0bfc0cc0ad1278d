package coldstart_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/lambdapatterns/lambdapatterns/coldstart"
)

// BenchmarkLazyGet asks what a use of a value costs that is there already: by Lazy, by sync.OnceValues, which keeps a
// failure for ever and knows no context, and by a mutex around a pointer, which is how retrying is mostly written by hand.
func BenchmarkLazyGet(b *testing.B) {
	type value struct{ a, b int }
	build := func(context.Context) (*value, error) { return &value{1, 2}, nil }
	ctx := b.Context()

	lazy := coldstart.NewLazy(build)
	expiring := coldstart.NewExpiring(time.Hour, build)
	once := sync.OnceValues(func() (*value, error) { return build(ctx) })
	var mu sync.Mutex
	var kept *value
	byHand := func(ctx context.Context) (*value, error) {
		mu.Lock()
		defer mu.Unlock()
		if kept == nil {
			v, err := build(ctx)
			if err != nil {
				return nil, err
			}
			kept = v
		}
		return kept, nil
	}
	for _, bench := range []struct {
		name string
		get  func(context.Context) (*value, error)
	}{
		{"Lazy", lazy.Get},
		{"Lazy expiring", expiring.Get},
		{"OnceValues", func(context.Context) (*value, error) { return once() }},
		{"Mutex", byHand},
	} {
		b.Run(bench.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if v, err := bench.get(ctx); v.a != 1 || err != nil {
					b.Fatal(v, err)
				}
			}
		})
		b.Run(bench.name+" parallel", func(b *testing.B) {
			b.ReportAllocs()
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					if v, err := bench.get(ctx); v.a != 1 || err != nil {
						b.Error(v, err)
						return
					}
				}
			})
		})
	}
}
