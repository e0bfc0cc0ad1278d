package singletabletest

import (
	"cmp"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// TestKeysSortAsTuples holds the encoded keys of random tuples against the order of the tuples themselves.
func TestKeysSortAsTuples(t *testing.T) {
	t.Parallel()
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 0))
	tuple := func() []value {
		return []value{randomKey(random), randomNumber(random), randomKey(random)}
	}
	for range 20_000 {
		a, b := tuple(), tuple()
		if random.IntN(2) == 0 {
			b[0] = a[0]
		}
		want := 0
		for i := range a {
			order, ok := compare(a[i], b[i])
			if !ok {
				t.Fatalf("%v and %v do not compare", a[i], b[i])
			}
			want = cmp.Or(want, order)
		}
		if got := strings.Compare(encoded(a), encoded(b)); got != want {
			t.Fatalf("%q and %q compare as %d, want %d", a, b, got, want)
		}
		prefix := string(appendKeyPrefix(nil, a[0]))
		within := span{low: prefix, high: prefixEnd(prefix)}
		if got, want := within.contains(encoded(b)), beginsWith(b[0], a[0]); got != want {
			t.Fatalf("%q begins with %q: %v, want %v", b[0], a[0], got, want)
		}
	}
}

func encoded(tuple []value) string {
	var key []byte
	for _, v := range tuple {
		key = appendKey(key, v)
	}
	return string(key)
}

// randomKey makes short binaries of the bytes that escaping is about.
func randomKey(random *rand.Rand) binaryValue {
	key := make([]byte, random.IntN(4))
	for i := range key {
		key[i] = [...]byte{0, 1, 'a', 0xfe, 0xff}[random.IntN(5)]
	}
	return binaryValue(key)
}

func TestPrefixEnd(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{"": "", "a": "b", "a\xff": "b", "\xff\xff": "", "a\x00": "a\x01"} {
		if got := prefixEnd(in); got != want {
			t.Errorf("prefixEnd(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestKeyspaceSegments(t *testing.T) {
	t.Parallel()
	var k keyspace
	const partitions, items = 300, 3
	for p := range partitions {
		for i := range items {
			k.put(encoded([]value{integer(p)}), &entry{sort: encoded([]value{integer(i)})})
		}
	}
	for _, total := range []uint64{1, 2, 7, 1000} {
		count, used := 0, 0
		for number := range total {
			found := len(slices.Collect(k.all(segment{number, total}, nil)))
			count += found
			if found > 0 {
				used++
			}
		}
		if count != partitions*items {
			t.Errorf("%d segments have %d entries, want %d", total, count, partitions*items)
		}
		if used < int(min(total, partitions))/4 {
			t.Errorf("only %d of %d segments have entries", used, total)
		}
	}
}

// TestKeyspaceResumes reads a keyspace one entry at a time, beginning anew after each.
func TestKeyspaceResumes(t *testing.T) {
	t.Parallel()
	var k keyspace
	for p := range 20 {
		for i := range p % 4 {
			k.put(encoded([]value{integer(p)}), &entry{sort: encoded([]value{integer(i)}), size: p*10 + i})
		}
	}
	whole := slices.Collect(k.all(segment{0, 1}, nil))
	var resumed []*entry
	var after *position
	for {
		var next *entry
		for e := range k.all(segment{0, 1}, after) {
			next = e
			break
		}
		if next == nil {
			break
		}
		resumed = append(resumed, next)
		after = &position{encoded([]value{integer(next.size / 10)}), next.sort}
	}
	if !slices.Equal(resumed, whole) || len(whole) != 5*(1+2+3) {
		t.Errorf("resumed reads found %d entries, want the same %d", len(resumed), len(whole))
	}
}

func TestKeyspaceForgetsEmptyPartitions(t *testing.T) {
	t.Parallel()
	var k keyspace
	for round := range 1000 {
		at := position{encoded([]value{integer(round)}), "sort"}
		k.put(at.partition, &entry{sort: at.sort})
		if k.find(at) == nil {
			t.Fatalf("round %d: the entry is not there", round)
		}
		k.remove(at)
		if k.find(at) != nil {
			t.Fatalf("round %d: the entry is still there", round)
		}
	}
	if len(k.scan) > 2 || len(k.partitions) > 2 {
		t.Errorf("%d partitions are kept, and %d for scans", len(k.partitions), len(k.scan))
	}
}
