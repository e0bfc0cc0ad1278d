package traceview

import (
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// A list has each trace once, by its first span, the newest first, and links to it.
func TestList(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	if err := List(&b, "Traces <b>", payment()); err != nil {
		t.Fatal(err)
	}
	// Of trace x there is but the span that sends.
	want := []string{`href="w">payments-worker<`, `href="x">send payments<`, `href="a">POST /payments<`}
	got := regexp.MustCompile(`href="[^"]*">[^<]*<`).FindAllString(b.String(), -1)
	if strings.Join(got, " ") != strings.Join(want, " ") || strings.Contains(b.String(), "<b>") {
		t.Errorf("got %q, want %q in\n%s", got, want, b.String())
	}
	var many []Span
	for i := range maxList + 5 {
		many = append(many, span("t"+strconv.Itoa(i)+"/1", "", "", "s", "", i, 1))
	}
	b.Reset()
	if err := List(&b, "", many); err != nil || strings.Count(b.String(), "<tr") != maxList || strings.Contains(b.String(), `href="t4"`) {
		t.Errorf("%d rows, %v; want the newest %d", strings.Count(b.String(), "<tr"), err, maxList)
	}
	b.Reset()
	if err := List(&b, "", nil); err != nil || !strings.Contains(b.String(), "Nothing has come yet") {
		t.Errorf("an empty list: %v\n%s", err, b.String())
	}
}
