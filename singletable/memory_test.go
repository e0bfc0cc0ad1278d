package singletable_test

import (
	"flag"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/lambdapatterns/lambdapatterns/singletable"
	"github.com/lambdapatterns/lambdapatterns/singletable/singletabletest"
)

var itemsFlag = flag.Int("items", 10_000, "how many items TestALargePartition reads")

type logLine struct {
	Host string `dynamodbav:"host"`
	N    int    `dynamodbav:"n"`
	Text string `dynamodbav:"text"`
}

// A partition of any size is read in the memory of a page: what a query takes at its highest does not grow with what there is.
func TestALargePartition(t *testing.T) {
	client := new(singletabletest.Engine).Client()
	table := singletable.NewTable(client, "logs")
	if _, err := client.CreateTable(t.Context(), table.CreateTableInput()); err != nil {
		t.Fatal(err)
	}
	lines, err := singletable.NewRepo[logLine](table, singletable.Schema{Type: "Line", Key: singletable.Pattern("HOST#{host}", "LINE#{n}")})
	if err != nil {
		t.Fatal(err)
	}
	all := make([]logLine, *itemsFlag)
	for i := range all {
		all[i] = logLine{"large", i + 1, strings.Repeat("x", 200)}
	}
	if err := lines.BatchPut(t.Context(), all); err != nil {
		t.Fatal(err)
	}
	quarter := make([]logLine, len(all)/4)
	for i := range quarter {
		quarter[i] = logLine{"quarter", i + 1, strings.Repeat("x", 200)}
	}
	if err := lines.BatchPut(t.Context(), quarter); err != nil {
		t.Fatal(err)
	}
	all, quarter = nil, nil

	// What lives is measured, because the garbage that is let be grows with the engine, whose items are in this process too.
	live := func() uint64 {
		var m runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	read := func(host string, want int) (peak uint64, took time.Duration) {
		began, before, n := time.Now(), live(), 0
		for line, err := range lines.Query(t.Context(), logLine{Host: host}) {
			if n++; err != nil || line.N != n {
				t.Fatalf("line %d: %+v, %v", n, line.N, err)
			}
			if n%(want/10) == 0 {
				peak = max(peak, live()-min(before, live()))
			}
		}
		if n != want {
			t.Errorf("%s: %d lines, want %d", host, n, want)
		}
		return peak, time.Since(began)
	}
	small, smallTook := read("quarter", *itemsFlag/4)
	large, largeTook := read("large", *itemsFlag)
	t.Logf("%d items: %d bytes at the highest in %v; %d items: %d bytes in %v", *itemsFlag/4, small, smallTook, *itemsFlag, large, largeTook)
	if large > 2*small+(4<<20) {
		t.Errorf("four times as many items take %d bytes at the highest instead of %d", large, small)
	}

	// Pages with cursors come to the same end, and a cursor's length does not grow.
	cursor, n, longest := "", 0, 0
	for {
		page, err := lines.Page(t.Context(), logLine{Host: "large"}, cursor, singletable.Limit(1000))
		if err != nil {
			t.Fatal(err)
		}
		n += len(page.Items)
		if longest = max(longest, len(page.Cursor)); page.Cursor == "" {
			break
		}
		cursor = page.Cursor
	}
	if n != *itemsFlag || longest > 500 {
		t.Errorf("%d items in pages, want %d; a cursor has %d bytes", n, *itemsFlag, longest)
	}
	if count, err := lines.Count(t.Context(), logLine{Host: "large"}); err != nil || count != *itemsFlag {
		t.Errorf("counted %d, %v", count, err)
	}
}
