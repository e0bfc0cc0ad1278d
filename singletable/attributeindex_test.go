package singletable_test

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/expression"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/lambdapatterns/lambdapatterns/singletable"
	"github.com/lambdapatterns/lambdapatterns/singletable/singletabletest"
)

// Parcel lies in an index by its own attributes, one of each type, and Pallet shares two of the partitions' attributes.
type (
	Parcel struct {
		ID     string    `dynamodbav:"id"`
		Region string    `dynamodbav:"region"`
		Lane   int       `dynamodbav:"lane"`
		Weight float64   `dynamodbav:"weight"`
		Tag    string    `dynamodbav:"tag"`
		Seal   []byte    `dynamodbav:"seal"`
		At     time.Time `dynamodbav:"at,unixtime"`
		Note   string    `dynamodbav:"note,omitempty"`
	}
	Pallet struct {
		ID     string    `dynamodbav:"id"`
		Region string    `dynamodbav:"region"`
		Lane   int64     `dynamodbav:"lane"`
		Weight float32   `dynamodbav:"weight"`
		Tag    string    `dynamodbav:"tag"`
		Seal   []byte    `dynamodbav:"seal"`
		At     time.Time `dynamodbav:"at,unixtime"`
	}
)

type parcels struct {
	store   store
	client  *watched
	table   *singletable.Table
	parcels *singletable.Repo[Parcel]
	pallets *singletable.Repo[Pallet]
}

func ownIndexes(names ...string) map[string]singletable.KeyPattern {
	indexes := map[string]singletable.KeyPattern{}
	for _, name := range names {
		indexes[name] = singletable.OwnAttributes()
	}
	return indexes
}

// newParcels makes a table with an index for each type that an attribute of a sort key can have.
func newParcels(t testing.TB, s store, opts ...singletable.TableOption) parcels {
	t.Helper()
	p := parcels{store: s, client: &watched{Client: s.client}}
	partition := []string{"region", "lane"}
	opts = append(opts,
		singletable.WithAttributeIndex("ByWeight", partition, []string{"weight", "tag", "id"}),
		singletable.WithAttributeIndex("ByTag", partition, []string{"tag", "seal"}),
		singletable.WithAttributeIndex("BySeal", partition, []string{"seal", "at", "id"}),
		singletable.WithAttributeIndex("ByTime", []string{"region"}, []string{"at", "lane"}),
		singletable.WithAttributeIndex("InLane", partition, nil),
	)
	name := fmt.Sprintf("%s-parcels-%d", s.table, tables.Add(1))
	p.table = singletable.NewTable(p.client, name, opts...)
	all := ownIndexes("ByWeight", "ByTag", "BySeal", "ByTime", "InLane")
	p.parcels = repo[Parcel](t, p.table, singletable.Schema{Type: "Parcel", Key: singletable.Pattern("PARCEL#{id}", "PARCEL"), Indexes: all})
	p.pallets = repo[Pallet](t, p.table, singletable.Schema{Type: "Pallet", Key: singletable.Pattern("PALLET#{id}", "PALLET"), Indexes: all})
	if _, err := s.client.CreateTable(t.Context(), p.table.CreateTableInput()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if _, err := s.client.DeleteTable(t.Context(), &dynamodb.DeleteTableInput{TableName: &name}); err != nil && t.Context().Err() == nil {
			t.Error(err)
		}
	})
	return p
}

// parcel makes one of values that are hard to keep apart and in order.
func (a adversary) parcel(i int) Parcel {
	weights := []float64{-1e125, -1.5, -1e-130, 0, 1e-130, 0.1, 1, 1.5, 10, 9e125, math.Nextafter(1, 2)}
	seals := [][]byte{{0}, {0, 0}, {1}, {0xFF}, {0xFF, 0}, []byte("a#b")}
	return Parcel{
		ID: fmt.Sprintf("p%03d", i), Region: []string{"eu", "eu#1"}[a.IntN(2)], Lane: []int{0, 1}[a.IntN(2)],
		Weight: weights[a.IntN(len(weights))], Tag: a.id(), Seal: seals[a.IntN(len(seals))],
		At: time.Unix([]int64{-5, 0, 1, 2, 1000}[a.IntN(5)], 0),
	}
}

func sameParcels(a, b []Parcel) bool {
	return slices.EqualFunc(a, b, func(a, b Parcel) bool { return a.ID == b.ID })
}

// byAttribute are the ways to compare parcels by one attribute.
var byAttribute = map[string]func(a, b Parcel) int{
	"weight": func(a, b Parcel) int { return cmp.Compare(a.Weight, b.Weight) },
	"tag":    func(a, b Parcel) int { return strings.Compare(a.Tag, b.Tag) },
	"seal":   func(a, b Parcel) int { return slices.Compare(a.Seal, b.Seal) },
	"at":     func(a, b Parcel) int { return a.At.Compare(b.At) },
	"lane":   func(a, b Parcel) int { return cmp.Compare(a.Lane, b.Lane) },
	"id":     func(a, b Parcel) int { return strings.Compare(a.ID, b.ID) },
}

// Whatever is asked of an index by own attributes, it gives what a comparison of the values gives, whole and in pages.
func TestAttributeIndexIsThatOfTheValues(t *testing.T) {
	t.Parallel()
	onEngines(t, func(t *testing.T, s store) {
		a := newAdversary(t)
		plain, sealed := newParcels(t, s), newParcels(t, s, singletable.WithCursorKey(cursorKey))
		var all []Parcel
		for i := range 60 {
			v := a.parcel(i)
			all = append(all, v)
			for _, x := range []parcels{plain, sealed} {
				put(t, x.parcels, v)
				put(t, x.pallets, Pallet{v.ID, v.Region, int64(v.Lane), 1, v.Tag, v.Seal, v.At})
			}
		}
		indexes := map[string][]string{"ByWeight": {"weight", "tag", "id"}, "BySeal": {"seal", "at", "id"}}
		for round := range 120 {
			x := []parcels{plain, sealed}[a.IntN(2)]
			name := []string{"ByWeight", "BySeal"}[a.IntN(2)]
			sort, index := indexes[name], x.parcels.Index(name)
			query, like := Parcel{Region: "eu", Lane: a.IntN(2)}, all[a.IntN(len(all))]
			known := 0
			set := func(v *Parcel, attribute string, like Parcel) {
				switch attribute {
				case "weight":
					v.Weight = like.Weight
				case "tag":
					v.Tag = like.Tag
				case "seal":
					v.Seal = like.Seal
				case "at":
					v.At = like.At
				}
			}
			if a.IntN(3) == 0 && like.Weight != 0 {
				set(&query, sort[0], like)
				known = 1
			}
			var from, to Parcel
			set(&from, sort[known], all[a.IntN(len(all))])
			set(&to, sort[known], all[a.IntN(len(all))])
			compare := byAttribute[sort[known]]
			if compare(from, to) > 0 {
				from, to = to, from
			}
			var opts []singletable.QueryOption
			holds := func(Parcel) bool { return true }
			switch a.IntN(5) {
			case 0:
				opts = append(opts, singletable.After(from))
				holds = func(v Parcel) bool { return compare(v, from) > 0 }
			case 1:
				opts = append(opts, singletable.Before(to))
				holds = func(v Parcel) bool { return compare(v, to) < 0 }
			case 2:
				opts = append(opts, singletable.Before(to), singletable.After(from))
				holds = func(v Parcel) bool { return compare(v, from) > 0 && compare(v, to) < 0 }
			case 3:
				opts = append(opts, singletable.Between(from, to))
				holds = func(v Parcel) bool { return compare(v, from) >= 0 && compare(v, to) <= 0 }
			case 4:
				if sort[known] == "tag" {
					opts = append(opts, singletable.BeginsWith("a"))
					holds = func(v Parcel) bool { return strings.HasPrefix(v.Tag, "a") }
				}
			}
			var want []Parcel
			for _, v := range all {
				if v.Region == query.Region && v.Lane == query.Lane && (known == 0 || byAttribute[sort[0]](v, query) == 0) && holds(v) {
					want = append(want, v)
				}
			}
			slices.SortFunc(want, func(a, b Parcel) int {
				return cmp.Or(byAttribute[sort[0]](a, b), byAttribute[sort[1]](a, b), byAttribute[sort[2]](a, b))
			})
			if a.IntN(2) == 0 {
				opts = append(opts, singletable.Reverse())
				slices.Reverse(want)
			}
			what := fmt.Sprintf("round %d: %s of %+v from %+v to %+v", round, name, query, from, to)
			if got := collect(t, index.Query(t.Context(), query, opts...)); !sameParcels(got, want) {
				t.Fatalf("%s:\ngot  %+v\nwant %+v", what, got, want)
			}
			if n, err := index.Count(t.Context(), query, opts...); err != nil || n != len(want) {
				t.Fatalf("%s: counted %d, %v; want %d", what, n, err, len(want))
			}
			var got []Parcel
			for cursor := ""; ; {
				n := 1 + a.IntN(6)
				p, err := index.Page(t.Context(), query, cursor, append(slices.Clone(opts), singletable.Limit(n))...)
				if err != nil {
					t.Fatalf("%s: %v", what, err)
				}
				if got = append(got, p.Items...); len(p.Items) > n || p.Cursor != "" && len(p.Items) < n || len(got) > len(want) {
					t.Fatalf("%s: a page of at most %d has %d", what, n, len(p.Items))
				}
				if cursor = p.Cursor; cursor == "" {
					break
				}
			}
			if !sameParcels(got, want) {
				t.Fatalf("%s: pages:\ngot  %+v\nwant %+v", what, got, want)
			}
		}
	})
}

func TestAttributeIndexCalls(t *testing.T) {
	t.Parallel()
	onEngines(t, func(t *testing.T, s store) {
		x := newParcels(t, s)
		v := Parcel{ID: "a", Region: "eu", Lane: 1, Weight: 2.5, Tag: "x", Seal: []byte{1}, At: someday}
		w := v
		w.ID, w.Tag = "b", "y"
		put(t, x.parcels, v, w)
		put(t, x.pallets, Pallet{"c", "eu", 1, 2.5, "x", []byte{1}, someday})
		lane := Parcel{Region: "eu", Lane: 1}
		byWeight := x.parcels.Index("ByWeight")

		if got, err := byWeight.One(t.Context(), Parcel{Region: "eu", Lane: 1, Weight: 2.5, Tag: "y"}); err != nil || got.ID != "b" {
			t.Errorf("one: got %+v, %v", got, err)
		}
		in := x.client.queries[len(x.client.queries)-1]
		if got := aws.ToString(in.KeyConditionExpression); got != "#pk0 = :pk0 AND #pk1 = :pk1 AND #sk0 = :sk0 AND #sk1 = :sk1" {
			t.Errorf("it asks for %s", got)
		}
		if _, err := byWeight.One(t.Context(), lane); !errors.Is(err, singletable.ErrNotUnique) || !strings.Contains(err.Error(), "one Parcel in ByWeight:") {
			t.Errorf("one of two: got %v", err)
		}
		if n := len(collect(t, x.parcels.Index("InLane").Query(t.Context(), lane))); n != 2 {
			t.Errorf("by an index without a sort key: %d, want 2", n)
		}
		if page, err := x.parcels.Index("InLane").Page(t.Context(), lane, "", singletable.Limit(1)); err != nil || page.Cursor == "" {
			t.Errorf("a page of it: %+v, %v", page, err)
		} else if page, err = x.parcels.Index("InLane").Page(t.Context(), lane, page.Cursor); err != nil || len(page.Items) != 1 || page.Cursor != "" {
			t.Errorf("the next page of it: %+v, %v", page, err)
		}
		if got := collect(t, byWeight.Query(t.Context(), lane, singletable.Project("note"))); len(got) != 2 || got[0].Seal != nil {
			t.Errorf("projected: %+v", got)
		}
		if n := len(collect(t, byWeight.Scan(t.Context()))); n != 2 {
			t.Errorf("a scan: %d, want 2", n)
		}
		var both []string
		err := byWeight.Collect(t.Context(), Parcel{Region: "eu", Lane: 1, Weight: 2.5},
			singletable.Each(x.parcels, func(v Parcel) error { both = append(both, "parcel "+v.ID); return nil }),
			singletable.Each(x.pallets, func(v Pallet) error { both = append(both, "pallet "+v.ID); return nil }))
		if want := []string{"parcel a", "pallet c", "parcel b"}; err != nil || !slices.Equal(both, want) {
			t.Errorf("a collection: got %v, %v; want %v", both, err, want)
		}

		// The service keeps the index itself.
		err = x.parcels.Patch(t.Context(), v, expression.Set(expression.Name("weight"), expression.Value(99)))
		if err != nil {
			t.Fatal(err)
		}
		err = x.parcels.Update(t.Context(), w, func(v *Parcel) error { v.Lane = 2; return nil })
		if err != nil {
			t.Fatal(err)
		}
		if got := collect(t, byWeight.Query(t.Context(), lane)); len(got) != 1 || got[0].Weight != 99 {
			t.Errorf("after a patch and an update: %+v", got)
		}
		before, err := x.parcels.Get(t.Context(), w, singletable.Consistent())
		if err != nil {
			t.Fatal(err)
		}
		after := before
		after.Lane = 1
		if err := x.table.Transact(t.Context(), []singletable.Action{x.parcels.ToUpdate(before, after)}); err != nil {
			t.Fatal(err)
		}
		if n, err := byWeight.Count(t.Context(), lane); err != nil || n != 2 {
			t.Errorf("after a transaction: %d, %v; want 2", n, err)
		}
	})
}

func TestAttributeIndexOptionsRefused(t *testing.T) {
	t.Parallel()
	x := newParcels(t, newStore(t, new(singletabletest.Engine).Client()))
	lane := Parcel{Region: "eu", Lane: 1}
	with := func(change func(*Parcel)) Parcel { v := lane; change(&v); return v }
	heavy := with(func(v *Parcel) { v.Weight = 2 })
	for _, c := range []struct {
		index, says string
		is          error
		v           Parcel
		opt         singletable.QueryOption
	}{
		{"ByWeight", "no key in ByWeight: attribute region: it is empty", singletable.ErrKey, Parcel{Lane: 1}, nil},
		{"ByWeight", "attribute weight: it is not set, but tag after it is", singletable.ErrKey, with(func(v *Parcel) { v.Tag = "x" }), nil},
		{"ByWeight", "attribute tag: it has 1025 bytes", singletable.ErrKey, with(func(v *Parcel) { v.Weight, v.Tag = 1, strings.Repeat("x", 1025) }), nil},
		{"ByWeight", "no number that DynamoDB can store", singletable.ErrKey, with(func(v *Parcel) { v.Weight = math.NaN() }), nil},
		{"ByWeight", "option BeginsWith: the next attribute of the index, weight, is no string", singletable.ErrOption, lane, singletable.BeginsWith("x")},
		{"ByTag", "option BeginsWith: the text is not UTF-8", singletable.ErrOption, lane, singletable.BeginsWith("\xff")},
		{"ByTag", "option BeginsWith: the text has 1025 bytes", singletable.ErrOption, lane, singletable.BeginsWith(strings.Repeat("x", 1025))},
		{"InLane", "option BeginsWith: the query sets the whole sort key", singletable.ErrOption, lane, singletable.BeginsWith("x")},
		{"InLane", "option After: the query sets the whole sort key", singletable.ErrOption, lane, singletable.After(lane)},
		{"ByWeight", "option After: the bound sets tag as well as weight: DynamoDB takes a range over one attribute", singletable.ErrOption, lane,
			singletable.After(with(func(v *Parcel) { v.Weight, v.Tag = 1, "x" }))},
		{"ByWeight", "option Before: the bound's weight differs from the query's", singletable.ErrOption, heavy,
			singletable.Before(with(func(v *Parcel) { v.Weight, v.Tag = 1, "x" }))},
		{"ByWeight", "option Before: the bound's region differs", singletable.ErrOption, heavy, singletable.Before(Parcel{Region: "us", Tag: "x"})},
		{"ByWeight", "option After: the bound's tag: it is empty", singletable.ErrOption, heavy, singletable.After(lane)},
		{"ByWeight", "option After: the bound is no singletable_test.Parcel", singletable.ErrOption, lane, singletable.After(Pallet{})},
		{"ByTime", "option After: the bound's at: it is the zero time", singletable.ErrOption, Parcel{Region: "eu"}, singletable.After(Parcel{})},
		{"ByWeight", "option Between: the lower bound is above the upper one", singletable.ErrOption, lane,
			singletable.Between(heavy, with(func(v *Parcel) { v.Weight = 1 }))},
	} {
		var opts []singletable.QueryOption
		if c.opt != nil {
			opts = append(opts, c.opt)
		}
		if _, err := x.parcels.Index(c.index).Count(t.Context(), c.v, opts...); !errors.Is(err, c.is) || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: got %v, want %q", c.index, err, c.says)
		}
	}
	if len(x.client.queries) > 0 {
		t.Errorf("%d queries were sent", len(x.client.queries))
	}
	if n, err := x.parcels.Index("ByTime").Count(t.Context(), Parcel{Region: "eu", At: someday}, singletable.After(Parcel{Lane: math.MaxInt}), singletable.Before(Parcel{Lane: math.MaxInt})); n != 0 || err != nil {
		t.Errorf("behind the largest: %d, %v", n, err)
	}
	err := x.parcels.Index("ByTag").Collect(t.Context(), lane, singletable.Each(
		repo[Product](t, x.table, singletable.Schema{Type: "Product", Key: singletable.Pattern("PRODUCT#{id}", "METADATA")}), func(Product) error { return nil }))
	if !errors.Is(err, singletable.ErrOption) || !strings.Contains(err.Error(), "it is not in the index ByTag") {
		t.Errorf("collecting what is not there: %v", err)
	}
}

// What an index cannot hold is found before it is sent.
func TestAttributeIndexValues(t *testing.T) {
	t.Parallel()
	onEngines(t, func(t *testing.T, s store) {
		x := newParcels(t, s)
		good := Parcel{ID: "a", Region: "eu", Lane: 0, Weight: 0, Tag: "x", Seal: []byte{1}, At: time.Unix(0, 0)}
		put(t, x.parcels, good)
		for says, change := range map[string]func(*Parcel){
			"region: it is empty":                      func(v *Parcel) { v.Region = "" },
			"seal: it is empty":                        func(v *Parcel) { v.Seal = []byte{} },
			"at: it is the zero time":                  func(v *Parcel) { v.At = time.Time{} },
			"tag: it is not UTF-8":                     func(v *Parcel) { v.Tag = "\xff" },
			"weight: it is no number":                  func(v *Parcel) { v.Weight = math.Inf(1) },
			"tag: it has 1025 bytes, and the limit is": func(v *Parcel) { v.Tag = strings.Repeat("x", 1025) },
			"in ByWeight: the attributes of its partition key have 2049 bytes, and the limit is 2048": func(v *Parcel) { v.Region = strings.Repeat("x", 2048) },
			"the attributes of its sort key have 1026 bytes, and the limit":                           func(v *Parcel) { v.Tag = strings.Repeat("x", 1024) },
		} {
			v := good
			change(&v)
			update := x.parcels.Update(t.Context(), good, func(v *Parcel) error { change(v); return nil })
			for _, err := range []error{x.parcels.Put(t.Context(), v), x.parcels.BatchPut(t.Context(), []Parcel{v}), update} {
				if _, ok := errors.AsType[*singletable.KeyError](err); !ok || !strings.Contains(err.Error(), says) {
					t.Errorf("got %v, want a KeyError with %q", err, says)
				}
			}
		}
		longest := good
		longest.Region, longest.Weight, longest.Tag = strings.Repeat("r", 2047), -9e125, strings.Repeat("\U0010FFFF", 255)
		if err := x.parcels.Put(t.Context(), longest); err != nil {
			t.Errorf("the longest: %v", err)
		}
	})
}
