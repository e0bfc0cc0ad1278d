package singletable

import (
	"cmp"
	"errors"
	"math"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"
	"time"
)

type parts struct {
	Text  string    `dynamodbav:"text"`
	Int   int64     `dynamodbav:"int"`
	Small int8      `dynamodbav:"small"`
	Uint  uint64    `dynamodbav:"uint"`
	Time  time.Time `dynamodbav:"time"`
	Width int       `dynamodbav:"width"`
}

func planOf[T any](t *testing.T, pattern string) *keyPlan {
	t.Helper()
	_, f, err := compileType(reflect.TypeFor[T]())
	if err != nil {
		t.Fatal(err)
	}
	plan, err := compileKey("Thing", "Key", pattern, maxPartitionKey, f)
	if err != nil {
		t.Fatal(err)
	}
	return &plan
}

func valueOf(v any) reflect.Value         { return reflect.ValueOf(v) }
func addressOf[T any](v *T) reflect.Value { return reflect.ValueOf(v).Elem() }
func everything(string) bool              { return true }

func TestBuildAndReadKeys(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		pattern string
		v       parts
		want    string
	}{
		{"PROFILE", parts{}, "PROFILE"},
		{"T#{text}", parts{Text: "usr_123"}, "T#usr_123"},
		{"T#{text}#X", parts{Text: "a#b c"}, "T#a%23b%20c#X"},
		{"{int}", parts{}, "0000000000000000000"},
		{"{int}", parts{Int: 42}, "0000000000000000042"},
		{"{int}", parts{Int: math.MaxInt64}, "9223372036854775807"},
		{"{int}", parts{Int: -1}, "-9999999999999999998"},
		{"{int}", parts{Int: math.MinInt64}, "-0776627963145224191"},
		{"{small}", parts{Small: -128}, "-9999999999999999871"},
		{"{uint}", parts{Uint: 7}, "00000000000000000007"},
		{"{uint}", parts{Uint: math.MaxUint64}, "18446744073709551615"},
		{"V#{width:6}", parts{Width: 42}, "V#000042"},
		{"{time}", parts{Time: time.Date(2026, 1, 15, 12, 0, 0, 5e8, time.FixedZone("", 7200))}, "2026-01-15T10:00:00.500000000Z"},
		{"{text}#{int}#{text}", parts{Text: "x", Int: 1}, "x#0000000000000000001#x"},
	} {
		plan := planOf[parts](t, c.pattern)
		got, err := plan.build(valueOf(c.v))
		if err != nil || got != c.want {
			t.Errorf("%s of %+v: got %q, %v; want %q", c.pattern, c.v, got, err, c.want)
		}
		var back parts
		if err := plan.read(got, addressOf(&back), everything); err != nil {
			t.Errorf("%s: %q cannot be read: %v", c.pattern, got, err)
		}
		if again, _ := plan.build(valueOf(back)); again != c.want {
			t.Errorf("%s: %q was read as %+v", c.pattern, got, back)
		}
	}
}

func TestBuildRefuses(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		pattern, attribute, says string
		v                        parts
	}{
		{"T#{text}", "text", "it is empty", parts{}},
		{"T#{text}", "text", "not UTF-8", parts{Text: "a\xff"}},
		{"{time}", "time", "zero time", parts{}},
		{"{time}", "time", "zero time", parts{Time: time.Time{}.In(time.FixedZone("", 3600))}},
		{"{time}", "time", "year 10000", parts{Time: time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC)}},
		{"{width:2}", "width", "100 has more than 2 digits", parts{Width: 100}},
		{"{width:2}", "width", "-1 is negative", parts{Width: -1}},
		{"T#{text}", "", "2049 bytes, and the limit is 2048", parts{Text: strings.Repeat("x", 2047)}},
		{"T#{text}", "", "2050 bytes", parts{Text: strings.Repeat("#", 682) + "xx"}},
	} {
		_, err := planOf[parts](t, c.pattern).build(valueOf(c.v))
		var key *KeyError
		if !errors.As(err, &key) || !errors.Is(err, ErrKey) || key.Attribute != c.attribute ||
			key.Entity != "Thing" || key.Pattern != c.pattern || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s of %.40v: got error %v, want a KeyError of %q with %q", c.pattern, c.v, err, c.attribute, c.says)
		}
	}
}

func TestReadRefuses(t *testing.T) {
	t.Parallel()
	for key, pattern := range map[string]string{
		"U#a":                            "T#{text}",
		"T":                              "T#{text}",
		"T#":                             "T#{text}",
		"T#a#b":                          "T#{text}",
		"T#a ":                           "T#{text}",
		"T#%2f":                          "T#{text}",
		"7":                              "{int}",
		"0000000000000000x42":            "{int}",
		"9223372036854775808":            "{int}",
		"-0776627963145224190":           "{int}",
		"+000000000000000042":            "{int}",
		"0000000000000000128":            "{small}",
		"007":                            "{uint}",
		"18446744073709551616":           "{uint}",
		"42":                             "{width:6}",
		"-00042":                         "{width:6}",
		"2026-01-15T10:00:00Z":           "{time}",
		"2026-01-15T10:00:00.5Z":         "{time}",
		"0001-01-01T00:00:00.000000000Z": "{time}",
	} {
		var v parts
		if err := planOf[parts](t, pattern).read(key, addressOf(&v), everything); err == nil {
			t.Errorf("%q was read by %s as %+v", key, pattern, v)
		}
	}
}

func TestNumbersAndTimesSortInKeys(t *testing.T) {
	t.Parallel()
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	r := rand.New(rand.NewPCG(seed, 0))
	ints, uints, times := planOf[parts](t, "{int}"), planOf[parts](t, "{uint}"), planOf[parts](t, "{time}")
	somewhere := func() parts {
		bits := r.Uint64() >> r.IntN(64)
		return parts{
			Int: int64(bits) * (1 - 2*int64(r.IntN(2))), Uint: bits,
			Time: time.Unix(int64(bits>>32)*(1-2*int64(r.IntN(2))), int64(uint32(bits))),
		}
	}
	key := func(k *keyPlan, v parts) string {
		s, err := k.build(valueOf(v))
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	for range 100_000 {
		a, b := somewhere(), somewhere()
		if got, want := strings.Compare(key(ints, a), key(ints, b)), cmp.Compare(a.Int, b.Int); got != want {
			t.Fatalf("keys of %d and %d compare as %d", a.Int, b.Int, got)
		}
		if got, want := strings.Compare(key(uints, a), key(uints, b)), cmp.Compare(a.Uint, b.Uint); got != want {
			t.Fatalf("keys of %d and %d compare as %d", a.Uint, b.Uint, got)
		}
		if got, want := strings.Compare(key(times, a), key(times, b)), a.Time.Compare(b.Time); got != want {
			t.Fatalf("keys of %v and %v compare as %d", a.Time, b.Time, got)
		}
	}
}

func TestPrefix(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 1, 15, 10, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		pattern string
		v       parts
		want    string
		known   int
	}{
		{"ORDER#{text}", parts{}, "ORDER#", 1},
		{"ORDER#{text}", parts{Text: "o"}, "ORDER#o", 2},
		{"ORDER#{text}#ITEM#{int}", parts{Text: "o"}, "ORDER#o#ITEM#", 3},
		{"{time}#{text}", parts{}, "", 0},
		{"{time}#{text}", parts{Time: at}, "2026-01-15T10:00:00.000000000Z#", 1},
		{"PROFILE", parts{}, "PROFILE", 1},
	} {
		got, known, err := planOf[parts](t, c.pattern).prefix(valueOf(c.v), 0)
		if err != nil || got != c.want || known != c.known {
			t.Errorf("%s of %+v: got %q of %d parts, %v; want %q of %d", c.pattern, c.v, got, known, err, c.want, c.known)
		}
	}
	_, _, err := planOf[parts](t, "{time}#{text}").prefix(valueOf(parts{Text: "o"}), 0)
	var key *KeyError
	if !errors.As(err, &key) || key.Attribute != "time" || !strings.Contains(err.Error(), "text after it is") {
		t.Errorf("a gap in the sort key: got %v", err)
	}
}
