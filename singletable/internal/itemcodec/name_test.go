package itemcodec_test

import (
	"reflect"
	"testing"
)

// Names are found exactly or else, as Unicode folds them, in any case: the first field that fits is the one.
func TestNames(t *testing.T) {
	t.Parallel()
	type names struct {
		Key    string `dynamodbav:"key"`
		KEY    string
		Size   string `dynamodbav:"Size"`
		Ünï    string
		Kelvin string `dynamodbav:"K"`
		Digit  string `dynamodbav:"1"`
		At     string `dynamodbav:"@x"`
		Tick   string `dynamodbav:"a very long name with spaces, and more"`
	}
	type ascii struct {
		Key  string `dynamodbav:"key"`
		Size string `dynamodbav:"size"`
		At   string `dynamodbav:"@x"`
	}
	for _, typ := range []reflect.Type{reflect.TypeFor[names](), reflect.TypeFor[ascii](), reflect.TypeFor[struct{}]()} {
		p := planOf(t, typ)
		for _, name := range []string{"key", "KEY", "Key", "kEY", "\u212aey", "\u212a", "k", "K", "size", "SIZE", "\u017fize", "ÜNÏ", "ünï", "ün", "", "1", "`x", "@x", "@X",
			"a very long name with spaces", "A VERY LONG NAME WITH SPACES", "a very long name with Spaces and more", "PK", "\xff"} {
			fresh := func() any { return reflect.New(typ).Interface() }
			sameDecoding(t, p, item{name: avS("found")}, fresh(), fresh())
		}
	}
}
