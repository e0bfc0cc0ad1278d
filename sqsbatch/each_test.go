package sqsbatch_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/lambdapatterns/lambdapatterns/sqsbatch"
)

func TestEachTellsTheReportInPlainTypes(t *testing.T) {
	t.Parallel()
	option, report := observed()
	h := sqsbatch.Handle(steer, option, sqsbatch.WithSettler(&settler{}), sqsbatch.WithConcurrency(1))
	if _, err := h(t.Context(), batchOf(standardARN, "ok", "fail", "retry", "drop", "dead")); err != nil {
		t.Fatal(err)
	}
	var got []string
	tell := func(id, outcome string, done bool, err error) {
		got = append(got, fmt.Sprint(id, " ", outcome, " ", done, " ", err != nil))
	}
	report.Each(tell)
	want := "m1 succeeded true false|m2 failed false true|m3 delayed false false|m4 dropped true false|m5 dead_lettered true true"
	if s := strings.Join(got, "|"); s != want {
		t.Errorf("got  %s\nwant %s", s, want)
	}

	// A message that was only skipped did not fail, although the report says why it was.
	got = nil
	h = sqsbatch.Handle(steer, option)
	if _, err := h(t.Context(), fifoOf("g-fail", "g-ok")); err != nil {
		t.Fatal(err)
	}
	report.Each(tell)
	if s := strings.Join(got, "|"); s != "m1 failed false true|m2 skipped_fifo false false" || report.Messages[1].Err == nil {
		t.Errorf("got %s", s)
	}
}
