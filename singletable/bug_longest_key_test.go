package singletable_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/lambdapatterns/lambdapatterns/singletable"
)

// A sort key can have 1,024 bytes. What lies behind one of so many was asked for with a longer one, which DynamoDB refuses.
func TestRangesAtTheLongestSortKey(t *testing.T) {
	t.Parallel()
	onEngines(t, func(t *testing.T, s store) {
		ctx := t.Context()
		type page struct {
			Book string `dynamodbav:"book"`
			Name string `dynamodbav:"name"`
		}
		pages := repo[page](t, singletable.NewTable(s.client, s.table), singletable.Schema{
			Type: "Page", Key: singletable.Pattern("BOOK#{book}", "{name}"),
		})
		long, almost, last := strings.Repeat("x", 1024), strings.Repeat("x", 1023), strings.Repeat("\U0010FFFF", 256)
		short := map[string]string{"a": "a", almost: "almost", long: "long", "y": "y", last: "last"}
		for name := range short {
			if err := pages.Create(ctx, page{"b", name}); err != nil {
				t.Fatal(err)
			}
		}
		at := func(name string) page { return page{Name: name} }
		for want, opts := range map[string][]singletable.QueryOption{
			"y last":      {singletable.After(at(long))},
			"long y last": {singletable.After(at(almost))},
			"":            {singletable.After(at(last))},
			"a almost":    {singletable.Before(at(long))},
			"y":           {singletable.After(at(long)), singletable.Before(at(last))},
			"long":        {singletable.Between(at(long), at(long))},
			"almost long": {singletable.Between(at(almost), at(long))},
			"last":        {singletable.Between(at(last), at(last))},
		} {
			var got []string
			for p, err := range pages.Query(ctx, page{Book: "b"}, opts...) {
				if err != nil {
					t.Fatalf("%q: %v", want, err)
				}
				got = append(got, short[p.Name])
			}
			if fmt.Sprint(got) != "["+want+"]" {
				t.Errorf("got %v, want %s", got, want)
			}
		}
		for name, want := range short {
			var got []string
			if err := pages.Collect(ctx, page{"b", name}, singletable.Each(pages, func(p page) error {
				got = append(got, short[p.Name])
				return nil
			})); err != nil || fmt.Sprint(got) != "["+want+"]" {
				t.Errorf("a collection of %s: %v, %v", want, got, err)
			}
		}
	})
}
