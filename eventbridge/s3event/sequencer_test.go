package s3event_test

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/lambdapatterns/lambdapatterns/eventbridge/s3event"
)

func TestSequencerCompare(t *testing.T) {
	t.Parallel()
	tests := []struct {
		a, b s3event.Sequencer
		want int
	}{
		{"617f08299329d189", "00617F08299329D189", 0},
		{"617f08299329d189", "617f08299329d18a", -1},
		{"617F08299329D18A", "617f08299329d189", 1},
		{"ff", "100", -1},
		{"00ff", "100", -1},
		{"9", "a", -1},
		{"9", "A", -1},
		{"F", "a", 1},
		{"0", "000", 0},
		{"0", "1", -1},
		{"ffffffffffffffffffffffffffffffffff", "100000000000000000000000000000000000", -1},
		// What is not a number comes first, ordered by its bytes.
		{"", "0", -1},
		{"", "", 0},
		{"", "xyz", -1},
		{"xyz", "0", -1},
		{"0x1f", "1f", -1},
		{"1 ", "1", -1},
		{"-1", "0", -1},
	}
	for _, test := range tests {
		if got := test.a.Compare(test.b); got != test.want {
			t.Errorf("%q to %q: got %d, want %d", test.a, test.b, got, test.want)
		}
		if got := test.b.Compare(test.a); got != -test.want {
			t.Errorf("%q to %q: got %d, want %d", test.b, test.a, got, -test.want)
		}
	}
}

func TestSequencerValid(t *testing.T) {
	t.Parallel()
	for s, want := range map[s3event.Sequencer]bool{
		"00617F08299329D189": true, "617f08299329d189": true, "0": true, "abcdef": true, "ABCDEF": true,
		"": false, "g": false, "G": false, "0x1": false, " 1": false, "1\x00": false, "é": false, "@": false, "`": false, "/": false, ":": false,
	} {
		if got := s.Valid(); got != want {
			t.Errorf("%q: got %v", s, got)
		}
	}
}

func TestSequencerSorts(t *testing.T) {
	t.Parallel()
	want := []s3event.Sequencer{"", "zz", "1", "0a", "10", "0FF", "100", "617b398000000000", "00617F08299329D189"}
	got := slices.Clone(want)
	seed := rand.Uint64()
	rand.New(rand.NewPCG(seed, 0)).Shuffle(len(got), func(i, j int) { got[i], got[j] = got[j], got[i] })
	slices.SortFunc(got, s3event.Sequencer.Compare)
	if !slices.Equal(got, want) {
		t.Errorf("seed %d: got %q, want %q", seed, got, want)
	}
}

// FuzzSequencerCompare checks that Compare is a total order, that it agrees with DedupeKey about what is equal, and
// that it is the order of numbers, told here in another way: by the strings when both are padded to one length.
func FuzzSequencerCompare(f *testing.F) {
	f.Add("617f08299329d189", "00617F08299329D189", "617f0837b476e463")
	f.Add("", "0", "00")
	f.Add("ff", "100", "0x")
	f.Fuzz(func(t *testing.T, x, y, z string) {
		a, b, c := s3event.Sequencer(x), s3event.Sequencer(y), s3event.Sequencer(z)
		if a.Compare(a) != 0 {
			t.Errorf("%q is not equal to itself", a)
		}
		if a.Compare(b) != -b.Compare(a) {
			t.Errorf("%q and %q: %d one way, %d the other", a, b, a.Compare(b), b.Compare(a))
		}
		if a.Compare(b) <= 0 && b.Compare(c) <= 0 && a.Compare(c) > 0 {
			t.Errorf("not transitive: %q, %q, %q", a, b, c)
		}
		equal := created("b", "k", "", a).DedupeKey() == created("b", "k", "", b).DedupeKey()
		if equal != (a.Compare(b) == 0) {
			t.Errorf("%q and %q: Compare gives %d, the same DedupeKey: %v", a, b, a.Compare(b), equal)
		}
		if a.Valid() && b.Valid() {
			n := max(len(a), len(b))
			if want := strings.Compare(padded(a, n), padded(b, n)); a.Compare(b) != want {
				t.Errorf("%q to %q: got %d, want %d", a, b, a.Compare(b), want)
			}
		}
	})
}

func padded(s s3event.Sequencer, n int) string {
	return strings.Repeat("0", n-len(s)) + strings.ToLower(string(s))
}
