package coldstarttest

import (
	"slices"
	"testing"
)

func TestParseTrace(t *testing.T) {
	t.Parallel()
	got, err := parseTrace([]string{
		"init runtime @0.05 ms, 0.10 ms clock, 0 bytes, 0 allocs",
		"init errors @0.33 ms, 0.001 ms clock, 48 bytes, 3 allocs",
		"init vendor/golang.org/x/net/http/httpguts @1 ms, 0.02 ms clock, 4096 bytes, 12 allocs",
		"init of the application took 3 ms, 1 ms clock, 7 bytes, 9 allocs",
		"init example.com/x @1 ms, 0.02 ms clock, many bytes, 12 allocs",
		"init example.com/x @1 ms, 0.02 ms clock, 1 bytes, -",
		"START",
		"",
	})
	want := []PackageInit{{"vendor/golang.org/x/net/http/httpguts", 12, 4096}, {"errors", 3, 48}}
	if err != nil || !slices.Equal(got, want) {
		t.Errorf("got %+v, %v; want %+v", got, err, want)
	}
	if _, err := parseTrace([]string{"hello", ""}); err == nil {
		t.Error("no error for a program without a trace")
	}
}
