package singletabletest

import (
	"strings"
	"testing"
)

func TestNumberSize(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]int{
		"0": 1, "1": 2, "-1": 3, "10": 2, "12": 2, "100": 2, "123": 3, "1234": 3, "12345": 4, "-12345": 5,
		"0.1": 2, "0.01": 2, "0.12": 2, "1.2": 3, "12.3": 3, "1.23": 3, "123.45": 4, "10.5": 3, "100.5": 4, "1000.5": 4,
		"1e20": 2, "1e21": 2, "1.1e20": 3, "1e-20": 2, "1e-21": 2, "9e125": 2, "1e-130": 2, "9007199254740993": 9,
		"0.123456789": 6, "123456789": 6,
		strings.Repeat("1", 38):       20,
		"-" + strings.Repeat("1", 38): 21,
	} {
		n, err := parseNumber(in)
		if err != nil || n.size() != want {
			t.Errorf("the size of %s is %d, %v, want %d", in, n.size(), err, want)
		}
	}
}

func TestItemSize(t *testing.T) {
	t.Parallel()
	one := integer(1)
	for _, c := range []struct {
		name string
		v    value
		want int
	}{
		{"string in UTF-8", stringValue("é"), 2},
		{"empty string", stringValue(""), 0},
		{"binary", binaryValue("abc"), 3},
		{"boolean", boolValue(false), 1},
		{"null", nullValue{}, 1},
		{"empty list", listValue{}, 3},
		{"empty map", mapValue{}, 3},
		{"list", listValue{stringValue("a"), stringValue("b")}, 3 + 2*(1+1)},
		{"map", mapValue{"k": stringValue("a"), "kk": stringValue("b")}, 3 + (1 + 1 + 1) + (1 + 2 + 1)},
		{"nested", mapValue{"a": mapValue{"b": one}}, 3 + (1 + 1) + 3 + (1 + 1) + 2},
		{"string set", stringSet{"a", "bb"}, 3},
		{"binary set", binarySet{"a", "b"}, 2},
		{"number set", numberSet{one, integer(100)}, 4},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if got := itemSize(mapValue{"name": c.v}); got != len("name")+c.want {
				t.Errorf("size %d, want %d", got, len("name")+c.want)
			}
		})
	}
}
