package singletable_test

import (
	"fmt"
	"testing"

	"github.com/lambdapatterns/lambdapatterns/singletable"
	"github.com/lambdapatterns/lambdapatterns/singletable/singletabletest"
)

// What do eight shards cost over one partition with the same thousand items, to read them all and to read a page of twenty? The
// engine in memory answers at once, so what is compared is the work of the requests and of the merging. At DynamoDB the shards
// are waited for together.
func BenchmarkShards(b *testing.B) {
	for _, c := range []struct {
		name string
		key  singletable.KeyPattern
	}{
		{"one-partition", singletable.Pattern("S#{sensor}", "{level}#{id}")},
		{"eight-shards", singletable.Pattern("S#{sensor}", "{level}#{id}").Sharded(8)},
	} {
		s := newStore(b, new(singletabletest.Engine).Client())
		readings := repo[Reading](b, singletable.NewTable(s.client, s.table), singletable.Schema{Type: "Reading", Key: c.key})
		var all []Reading
		for i := range 1000 {
			all = append(all, Reading{Sensor: "roof", Level: i, ID: fmt.Sprintf("r%d", i%7)})
		}
		if err := readings.BatchPut(b.Context(), all); err != nil {
			b.Fatal(err)
		}
		for _, limit := range []int{1000, 20} {
			b.Run(fmt.Sprintf("%d/%s", limit, c.name), func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					n := 0
					if limit == 1000 {
						for _, err := range readings.Query(b.Context(), Reading{Sensor: "roof"}) {
							if err != nil {
								b.Fatal(err)
							}
							n++
						}
					} else {
						page, err := readings.Page(b.Context(), Reading{Sensor: "roof"}, "", singletable.Limit(limit))
						if err != nil {
							b.Fatal(err)
						}
						n = len(page.Items)
					}
					if n != limit {
						b.Fatalf("%d readings, want %d", n, limit)
					}
				}
			})
		}
	}
}
