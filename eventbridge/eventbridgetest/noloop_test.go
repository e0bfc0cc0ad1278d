package eventbridgetest_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/lambdapatterns/lambdapatterns/eventbridge/eventbridgetest"
	"github.com/lambdapatterns/lambdapatterns/eventbridge/pattern"
)

// recorder is a test that keeps its failures. A call of any other method panics.
type recorder struct {
	testing.TB
	failures []string
}

func (r *recorder) Helper() {}
func (r *recorder) Errorf(format string, args ...any) {
	r.failures = append(r.failures, fmt.Sprintf(format, args...))
}

func TestAssertNoLoop(t *testing.T) {
	t.Parallel()
	object := func(fields string) string {
		return `{"source":["aws.s3"],"detail-type":["Object Created"],"detail":{` + fields + `}}`
	}
	for _, tc := range []struct {
		name, rule, bucket string
		keys               []string
		want               []string // a part of each failure
	}{
		{"another bucket", object(`"bucket":{"name":["uploads"]}`), "thumbnails", []string{"a.jpg"}, nil},
		{"the same bucket", object(`"bucket":{"name":["uploads"]}`), "uploads", []string{"a.jpg"}, []string{`"a.jpg" in bucket uploads (PutObject, 0 bytes)`}},
		{"no bucket in the pattern", object(`"object":{"key":[{"suffix":".jpg"}]}`), "thumbnails", []string{"a.png", "b.jpg", "c.jpg"}, []string{`"b.jpg"`, `"c.jpg"`}},
		{"another prefix", object(`"object":{"key":[{"prefix":"in/"}]}`), "images", []string{"out/in/a.jpg"}, nil},
		{"large objects only", object(`"object":{"size":[{"numeric":[">",1000000]}]}`), "images", []string{"a"}, []string{"1048576 bytes"}},
		{"between two sizes", object(`"object":{"size":[{"numeric":[">",2000,"<",60000]}]}`), "images", []string{"a"}, []string{"2001 bytes"}},
		{"two sizes only", object(`"object":{"size":[{"numeric":[">",2000.5,"<",2002]}]}`), "images", []string{"a"}, []string{"2001 bytes"}},
		{"one size", object(`"object":{"size":[4711]}`), "images", []string{"a"}, []string{"4711 bytes"}},
		{"no size", object(`"object":{"size":[-1,{"numeric":["<",0]}]}`), "images", []string{"a"}, nil},
		{"copies only", object(`"reason":["CopyObject"]`), "images", []string{"a"}, []string{"CopyObject"}},
		{"either of two", `{"source":["aws.s3"],"$or":[{"detail":{"reason":["DeleteObject"]}},{"detail":{"object":{"key":[{"suffix":"a"}]}}}]}`, "images", []string{"a"}, []string{`"a"`}},
		{"no keys", object(`"reason":["CopyObject"]`), "images", nil, []string{"checks nothing"}},
		{"a key that cannot be", object(`"reason":["CopyObject"]`), "images", []string{""}, []string{"object.key"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			r := &recorder{}
			eventbridgetest.AssertNoLoop(r, pattern.Must(pattern.Parse([]byte(tc.rule))), eventbridgetest.NewBucket(tc.bucket), tc.keys...)
			if len(r.failures) != len(tc.want) {
				t.Fatalf("%d failures, want %d: %q", len(r.failures), len(tc.want), r.failures)
			}
			for i, want := range tc.want {
				if !strings.Contains(r.failures[i], want) {
					t.Errorf("failure %q lacks %q", r.failures[i], want)
				}
			}
		})
	}
}

func TestAssertNoLoopWithoutArguments(t *testing.T) {
	t.Parallel()
	r := &recorder{}
	eventbridgetest.AssertNoLoop(r, nil, eventbridgetest.NewBucket("b"), "a")
	eventbridgetest.AssertNoLoop(r, pattern.Must(pattern.Parse([]byte(`{"source":["aws.s3"]}`))), nil, "a")
	if len(r.failures) != 2 {
		t.Errorf("%d failures, want 2: %q", len(r.failures), r.failures)
	}
}
