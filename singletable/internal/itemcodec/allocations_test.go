package itemcodec_test

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/lambdapatterns/lambdapatterns/internal/racetest"
)

// allocations counts those of f. Tests that use it are not parallel: what others allocate would be counted too.
func allocations(t *testing.T, f func() error) int {
	t.Helper()
	if racetest.Enabled { // a sync.Pool then loses some of what it is given on purpose
		t.Skip("allocations cannot be counted under the race detector: run without -race too")
	}
	return int(testing.AllocsPerRun(200, func() {
		if err := f(); err != nil {
			t.Error(err)
		}
	}))
}

// results keep what the tests make from lying on the stack.
var results struct {
	order *order
	item  item
	list  []types.AttributeValue
}

// Decoding allocates exactly what the values are made of, and nothing for itself: the entity, the slice of tags, and the map of
// labels, which is two allocations in Go 1.26, its head and its entries.
func TestDecodeAllocatesValuesOnly(t *testing.T) {
	o := sample()
	c := codecOf[order](t)
	it, err := c.Encode(&o, 5)
	if err != nil {
		t.Fatal(err)
	}
	inTable(it)
	needed := allocations(t, func() error {
		results.order = &order{Tags: make([]string, len(o.Tags)), Labels: make(map[string]string, len(o.Labels))}
		for k, v := range o.Labels {
			results.order.Labels[k] = v
		}
		return nil
	})
	got := allocations(t, func() error {
		results.order = new(order)
		return c.Decode(it, results.order)
	})
	if got != needed || got > 4 {
		t.Errorf("decoding makes %d allocations, the values need %d, which were 4", got, needed)
	}
}

// Encoding allocates the item's maps and lists, and two more: one for all values and texts that every order has, one for the
// elements of tags and labels, of which there may be any number.
func TestEncodeAllocatesMapsListsAndTwoMore(t *testing.T) {
	o := sample()
	c := codecOf[order](t)
	fill := func(m item, n int) item {
		for i := range n {
			m["abcdefghijkl"[i:i+1]] = nil
		}
		return m
	}
	needed := allocations(t, func() error {
		results.item = fill(make(item, 12), 12)
		results.item = fill(make(item, 3), 3)                    // ship_to
		results.item = fill(make(item, len(o.Labels)), 2)        // labels
		results.list = make([]types.AttributeValue, len(o.Tags)) // tags
		return nil
	})
	encode := func(o *order) func() error {
		return func() (err error) {
			results.item, err = c.Encode(o, 0)
			return err
		}
	}
	if got := allocations(t, encode(&o)); got != needed+2 || got > 11 {
		t.Errorf("encoding makes %d allocations, the maps and lists need %d, which were 9", got, needed)
	}
	// However many elements there are.
	for range 100 {
		o.Tags = append(o.Tags, "tag")
	}
	if got := allocations(t, encode(&o)); got != needed+2 {
		t.Errorf("with 100 tags more, encoding makes %d allocations in place of %d", got, needed+2)
	}
	// Nulls, in the place of tags and labels, lie with the other values.
	needed = allocations(t, func() error {
		results.item = fill(make(item, 12), 12)
		results.item = fill(make(item, 3), 3)
		return nil
	})
	if got := allocations(t, encode(&order{})); got != needed+1 {
		t.Errorf("encoding an order without elements makes %d allocations, its maps need %d", got, needed)
	}
}

// Elements that are structs are counted before they are encoded: each kind of value takes one allocation for all of them.
func TestEncodeCountsElements(t *testing.T) {
	type row struct {
		Name  string
		Count int
		Fresh bool
	}
	type table struct {
		ID   string
		Rows []row
	}
	c := codecOf[table](t)
	v := table{ID: "1", Rows: make([]row, 40)}
	for i := range v.Rows {
		v.Rows[i] = row{strings.Repeat("x", i), i, true}
	}
	needed := allocations(t, func() error {
		results.item = make(item, 2)
		results.item["a"] = nil
		results.list = make([]types.AttributeValue, len(v.Rows))
		for range v.Rows {
			results.item = make(item, 3)
			results.item["a"] = nil
		}
		return nil
	})
	got := allocations(t, func() (err error) {
		results.item, err = c.Encode(&v, 0)
		return err
	})
	const always, strings, numbers, bools, maps, texts = 1, 1, 1, 1, 1, 1
	if want := needed + always + strings + numbers + bools + maps + texts; got != want {
		t.Errorf("encoding 40 elements makes %d allocations in place of %d", got, want)
	}
}
