package templatetest_test

import (
	"errors"
	"fmt"
	"log"

	"github.com/lambdapatterns/lambdapatterns/templatetest"
)

// A test would call CheckTable(t, …), which fails it with the same lines.
func ExampleTableDifferences() {
	tmpl, err := templatetest.Load("testdata/terraform")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(len(templatetest.TableDifferences(tmpl, "app", newAppTable())), "differences")

	tmpl, err = templatetest.Load("testdata/drifted.yaml")
	if err != nil {
		log.Fatal(err)
	}
	for _, d := range templatetest.TableDifferences(tmpl, "AppTable", newAppTable()) {
		fmt.Println(d)
	}
	// Output:
	// 0 differences
	// testdata/drifted.yaml:5: attribute GSI1SK is not defined: the code has it in a key, of type S
	// testdata/drifted.yaml:19: index GSI1: the key is partition key GSI1PK, and the code has partition key GSI1PK, sort key GSI1SK
	// testdata/drifted.yaml:21: index GSI1: the projection is KEYS_ONLY, and the code reads ALL
	// testdata/drifted.yaml:23: TimeToLiveSpecification: AttributeName: the expression is not resolved: !ImportValue expiry-attribute
}

func ExampleResource_Lookup() {
	tmpl, err := templatetest.Load("testdata/terraform")
	if err != nil {
		log.Fatal(err)
	}
	rule, err := tmpl.Resource("aws_cloudwatch_event_rule", "s3_upload")
	if err != nil {
		log.Fatal(err)
	}
	keys, err := rule.Lookup("event_pattern", "detail", "object", "key")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(keys.Value())
	fmt.Println(keys.Pos())

	pattern, err := rule.Lookup("event_pattern")
	if err != nil {
		log.Fatal(err)
	}
	_, err = pattern.Value()
	fmt.Println(errors.Is(err, templatetest.ErrUnknown), err)
	// Output:
	// [map[suffix:.jpg] map[suffix:.png]] <nil>
	// testdata/terraform/events.tf:14
	// true testdata/terraform/events.tf:13: the expression is not resolved: aws_s3_bucket.uploads.id
}
