package itemcodec_test

import (
	"math/rand/v2"
	"reflect"
	"testing"
	"time"
)

// Random values of a rich struct make attributevalue's items, and those are read back as attributevalue reads them, also over
// other random values.
func TestRandomValues(t *testing.T) {
	t.Parallel()
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	r := rand.New(rand.NewPCG(seed, 0))
	p := planOf(t, reflect.TypeFor[rich]())
	decoded := 0
	for range 3000 {
		var v rich
		fill(r, reflect.ValueOf(&v).Elem(), 4)
		if r.IntN(3) > 0 {
			// Most random values hold something that cannot be encoded: a set with a null in it, an empty key.
			v.ByText, v.Sum, v.Value, v.Next = nil, nil, byValue{}, nil
			delete(v.Counts, "")
			delete(v.Held, "")
			delete(v.Doc, "")
			delete(v.Labels, "")
			for _, p := range append(v.Parcels, v.Parcel) {
				delete(p.Notes, "")
				delete(p.Inner.Lines, "")
			}
			for i, b := range v.BS {
				v.BS[i] = append([]byte{}, b...)
			}
		}
		it := sameEncoding(t, p, &v)
		if it == nil {
			continue
		}
		if sameDecoding(t, p, it, &rich{}, &rich{}) {
			decoded++
		}
		var other rich
		fill(r, reflect.ValueOf(&other).Elem(), 3)
		got, want := clone(reflect.ValueOf(other)), clone(reflect.ValueOf(other))
		sameDecoding(t, p, it, got.Addr().Interface(), want.Addr().Interface())
		if t.Failed() {
			return
		}
	}
	if decoded < 300 {
		t.Errorf("only %d values made the round trip: the test tells little", decoded)
	}
}

// Random items are decoded as the fuzz target decodes them.
func TestRandomItems(t *testing.T) {
	t.Parallel()
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	r := rand.New(rand.NewPCG(seed, 0))
	p := planOf(t, reflect.TypeFor[rich]())
	const n = 5000
	decoded := 0
	for range n {
		data := make([]byte, r.IntN(100))
		for i := range data {
			data[i] = byte(r.Uint32())
		}
		src := source(data)
		if it := src.item(4); sameDecoding(t, p, it, &rich{}, &rich{}) && len(it) > 0 {
			decoded++
		}
		if t.Failed() {
			return
		}
	}
	if decoded < n/20 || decoded > n*19/20 {
		t.Errorf("%d of %d items could be decoded: too few or too many to tell much", decoded, n)
	}
}
