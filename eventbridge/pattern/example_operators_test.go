package pattern_test

import (
	"fmt"

	"github.com/lambdapatterns/lambdapatterns/eventbridge/pattern"
)

// Each kind of value, and what a rule has for it.
func Example_operators() {
	for _, v := range []pattern.Value{
		pattern.Exactly("cat.jpg"),
		pattern.Fold("cat.jpg"),
		pattern.Prefix("uploads/"),
		pattern.PrefixFold("uploads/"),
		pattern.Suffix(".jpg"),
		pattern.SuffixFold(".jpg"),
		pattern.Wildcard("uploads/*.jpg"),
		pattern.AnythingBut("CH", "LI"),
		pattern.AnythingButPrefix("thumbnails/"),
		pattern.AnythingButSuffix(".tmp", ".part"),
		pattern.AnythingButWildcard("*/cache/*"),
		pattern.Number("300"),
		pattern.Numeric(">", 0, "<=", 5.5),
		pattern.CIDR("10.0.0.0/24"),
		pattern.Bool(true),
		pattern.Null(),
		pattern.Exists(),
		pattern.Absent(),
	} {
		p, err := pattern.New(pattern.Field("field", v))
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(p)
	}
	// Output:
	// {"field":["cat.jpg"]}
	// {"field":[{"equals-ignore-case":"cat.jpg"}]}
	// {"field":[{"prefix":"uploads/"}]}
	// {"field":[{"prefix":{"equals-ignore-case":"uploads/"}}]}
	// {"field":[{"suffix":".jpg"}]}
	// {"field":[{"suffix":{"equals-ignore-case":".jpg"}}]}
	// {"field":[{"wildcard":"uploads/*.jpg"}]}
	// {"field":[{"anything-but":["CH","LI"]}]}
	// {"field":[{"anything-but":{"prefix":["thumbnails/"]}}]}
	// {"field":[{"anything-but":{"suffix":[".tmp",".part"]}}]}
	// {"field":[{"anything-but":{"wildcard":["*/cache/*"]}}]}
	// {"field":[300]}
	// {"field":[{"numeric":[">",0,"<=",5.5]}]}
	// {"field":[{"cidr":"10.0.0.0/24"}]}
	// {"field":[true]}
	// {"field":[null]}
	// {"field":[{"exists":true}]}
	// {"field":[{"exists":false}]}
}
