package singletable_test

import (
	"cmp"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/lambdapatterns/lambdapatterns/singletable"
)

// adversary makes sensors' readings and notes of values that are hard to keep apart and in order.
type adversary struct{ *rand.Rand }

func newAdversary(t *testing.T) adversary {
	t.Helper()
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	return adversary{rand.New(rand.NewPCG(seed, 0))}
}

func (a adversary) id() string {
	all := []string{"a", "a#", "a$", "a%", "a a", "ab", "b", "a\x00", "a\U0010FFFF", "日", "~", "NOTE", "\u007f", "a#NOTE"}
	return all[a.IntN(len(all))]
}

func (a adversary) level() int { return []int{-100, -1, 0, 1, 2, 10}[a.IntN(6)] }

func (a adversary) reading() Reading { return Reading{Sensor: "roof", Level: a.level(), ID: a.id()} }

// fill writes about n readings and notes, and returns the readings in the order of their keys.
func (a adversary) fill(t *testing.T, x sensors, n int) []Reading {
	t.Helper()
	all := map[Reading]bool{}
	for range n {
		r := a.reading()
		all[r] = true
		put(t, x.readings, r, Reading{Sensor: "cellar", Level: r.Level, ID: r.ID})
		put(t, x.notes, Note{"roof", a.level(), a.id()})
	}
	var sorted []Reading
	for r := range all {
		sorted = append(sorted, r)
	}
	slices.SortFunc(sorted, compareReadings)
	return sorted
}

func compareReadings(a, b Reading) int {
	return cmp.Or(cmp.Compare(a.Level, b.Level), strings.Compare(a.ID, b.ID))
}

// compareBound compares a reading with a bound's leading parts: level, and id if the bound has one.
func compareBound(r, bound Reading) int {
	if bound.ID == "" {
		r.ID = ""
	}
	return compareReadings(r, bound)
}

// Whatever the bounds, a query gives what a comparison of the values gives.
func TestBoundsAreThoseOfTheValues(t *testing.T) {
	t.Parallel()
	onEngines(t, func(t *testing.T, s store) {
		a, x := newAdversary(t), newSensors(t, s)
		all := a.fill(t, x, 60)
		for range 150 {
			query := Reading{Sensor: "roof"}
			bound := func() Reading {
				b := Reading{Level: a.level()}
				if a.IntN(2) == 0 {
					b.ID = a.id()
				}
				return b
			}
			if a.IntN(4) == 0 { // all in one level: a bound is an id
				query.Level = 2
				bound = func() Reading { return Reading{ID: a.id(), Sensor: []string{"", "roof"}[a.IntN(2)]} }
			}
			from, to := bound(), bound()
			in := func(r Reading) bool { return query.Level == 0 || r.Level == query.Level }
			full := func(b Reading) Reading { b.Level = cmp.Or(query.Level, b.Level); return b }
			var opts []singletable.QueryOption
			var holds func(Reading) bool
			switch a.IntN(4) {
			case 0:
				opts = append(opts, singletable.After(from))
				holds = func(r Reading) bool { return compareBound(r, full(from)) > 0 }
			case 1:
				opts = append(opts, singletable.Before(to))
				holds = func(r Reading) bool { return compareBound(r, full(to)) < 0 }
			case 2:
				opts = append(opts, singletable.Before(to), singletable.After(from))
				holds = func(r Reading) bool { return compareBound(r, full(from)) > 0 && compareBound(r, full(to)) < 0 }
			case 3:
				opts = append(opts, singletable.Between(from, to))
				holds = func(r Reading) bool { return compareBound(r, full(from)) >= 0 && compareBound(r, full(to)) <= 0 }
			}
			var want []Reading
			for _, r := range all {
				if in(r) && holds(r) {
					want = append(want, r)
				}
			}
			if a.IntN(2) == 0 {
				opts = append(opts, singletable.Reverse())
				slices.Reverse(want)
			}
			if a.IntN(3) == 0 {
				n := 1 + a.IntN(10)
				opts = append(opts, singletable.Limit(n))
				want = want[:min(n, len(want))]
			}
			var got []Reading
			for r, err := range x.readings.Query(t.Context(), query, opts...) {
				if err != nil {
					if len(want) > 0 || !strings.Contains(err.Error(), "above the upper") {
						t.Fatalf("from %+v to %+v: %v", from, to, err)
					}
					continue
				}
				got = append(got, r)
			}
			if !slices.Equal(got, want) {
				t.Fatalf("%+v from %+v to %+v:\ngot  %+v\nwant %+v", query, from, to, got, want)
			}
			if n, err := x.readings.Count(t.Context(), query, opts...); err == nil && n != len(want) {
				t.Fatalf("%+v from %+v to %+v: counted %d, want %d", query, from, to, n, len(want))
			}
		}
	})
}
