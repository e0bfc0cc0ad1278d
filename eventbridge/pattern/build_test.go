package pattern_test

import (
	"errors"
	"testing"

	"github.com/lambdapatterns/lambdapatterns/eventbridge/pattern"
)

func TestNew(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		parts []pattern.Part
		want  string
	}{
		{[]pattern.Part{
			pattern.Field("source", pattern.Exactly("aws.s3")),
			pattern.Field("detail.bucket.name", pattern.Exactly("<uploads>")),
			pattern.Field("detail.object.key", pattern.Suffix(".jpg"), pattern.SuffixFold(".png")),
			pattern.Field("detail.object.size", pattern.Numeric(">", 0, "<=", 5.5)),
		}, `{"source":["aws.s3"],"detail":{"bucket":{"name":["<uploads>"]},"object":{"key":[{"suffix":".jpg"},{"suffix":{"equals-ignore-case":".png"}}],"size":[{"numeric":[">",0,"<=",5.5]}]}}}`},
		{[]pattern.Part{
			pattern.Field("v", pattern.Number("3.0e2"), pattern.Bool(true), pattern.Null(), pattern.Absent(), pattern.Exists(), pattern.Fold("a"),
				pattern.Prefix("p"), pattern.PrefixFold("q"), pattern.Wildcard("a*"), pattern.CIDR("10.0.0.0/8"), pattern.AnythingBut("x", "y"),
				pattern.AnythingBut(1, 2), pattern.AnythingButPrefix("x"), pattern.AnythingButSuffix("y"), pattern.AnythingButWildcard("*z")),
		}, `{"v":[3.0e2,true,null,{"exists":false},{"exists":true},{"equals-ignore-case":"a"},{"prefix":"p"},{"prefix":{"equals-ignore-case":"q"}},{"wildcard":"a*"},{"cidr":"10.0.0.0/8"},{"anything-but":["x","y"]},{"anything-but":[1,2]},{"anything-but":{"prefix":["x"]}},{"anything-but":{"suffix":["y"]}},{"anything-but":{"wildcard":["*z"]}}]}`},
		{[]pattern.Part{
			pattern.Field("a", pattern.Exactly("1")),
			pattern.Or(pattern.Field("b", pattern.Exactly("2")), pattern.All(pattern.Field("c.d", pattern.Exactly("3")), pattern.Field("c.e", pattern.Exactly("4")))),
		}, `{"a":["1"],"$or":[{"b":["2"]},{"c":{"d":["3"],"e":["4"]}}]}`},
	} {
		p, err := pattern.New(c.parts...)
		if err != nil || p.String() != c.want {
			t.Errorf("%v, %v\nwant %s", p, err, c.want)
		}
	}
}

func TestNewRefuses(t *testing.T) {
	t.Parallel()
	a := pattern.Field("a", pattern.Exactly("1"))
	for name, parts := range map[string][]pattern.Part{
		"nothing":              nil,
		"nil":                  {a, nil},
		"nil in an All":        {pattern.All(nil)},
		"nil in an Or":         {pattern.Or(a, nil)},
		"no values":            {pattern.Field("a")},
		"no name":              {pattern.Field("a..b", pattern.Exactly("1"))},
		"twice":                {a, a},
		"values and an object": {a, pattern.Field("a.b", pattern.Exactly("1"))},
		"an object and values": {pattern.Field("a.b", pattern.Exactly("1")), a},
		"one alternative":      {pattern.Or(a)},
		"an empty alternative": {pattern.Or(a, pattern.All())},
		"a mistake inside":     {pattern.Or(a, pattern.All(a, a))},
		"two Ors":              {pattern.Or(a, a), pattern.Or(a, a)},
		"a wrong network":      {pattern.Field("a", pattern.CIDR("x"))},
		"no comparison":        {pattern.Field("a", pattern.Numeric())},
		"half a comparison":    {pattern.Field("a", pattern.Numeric(">"))},
		"a channel":            {pattern.Field("a", pattern.Numeric(">", make(chan int)))},
		"an empty list":        {pattern.Field("a", pattern.AnythingBut[string]())},
	} {
		if p, err := pattern.New(parts...); !errors.Is(err, pattern.ErrPattern) {
			t.Errorf("%s: %v, %v", name, p, err)
		}
	}
}
