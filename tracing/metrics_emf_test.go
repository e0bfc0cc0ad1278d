package tracing_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/lambdapatterns/lambdapatterns/tracing"
)

func TestMetricsTo(t *testing.T) {
	t.Setenv("AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand")
	t.Setenv("AWS_LAMBDA_FUNCTION_NAME", "")
	t.Setenv("_X_AMZN_TRACE_ID", "")
	const base = `"FunctionName":"orders","Invocations":1,"request_id":"` + requestID + `","stage":"test","trace_id":"` + xrayTrace + `","trigger":"other"`
	for ending, want := range map[string]string{
		"success": `"Duration":1000,"Errors":0,"Timeouts":0`,
		"failure": `"Duration":0,"Errors":1,"Timeouts":0,"error_type":"declinedError"`,
		"panic":   `"Duration":0,"Errors":1,"Timeouts":0,"error_type":"string"`,
		"timeout": `"Duration":2900,"Errors":1,"Timeouts":1,"error_type":"timeout"`,
	} {
		t.Run(ending, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var out bytes.Buffer
				ctx := invoked(inLambda(t.Context(), invokedARN), full)
				invokeToTheEnd(ctx, endings[ending], tracing.WithMetricsTo(&out, "Shop/Orders", map[string]string{"stage": "test"}))
				lines := strings.SplitAfter(out.String(), "\n")
				if len(lines) != 3 || lines[2] != "" {
					t.Fatalf("got %q, want two lines", lines)
				}
				for i, line := range lines[:2] {
					checkEMF(t, []byte(line), "Shop/Orders")
					var members map[string]any
					if err := json.Unmarshal([]byte(line), &members); err != nil {
						t.Fatal(err)
					}
					delete(members, "_aws")
					var wanted map[string]any
					if err := json.Unmarshal(fmt.Appendf(nil, `{%s,%s,"ColdStarts":%d}`, base, want, 1-i), &wanted); err != nil {
						t.Fatal(err)
					}
					if got, want := fmt.Sprint(members), fmt.Sprint(wanted); got != want {
						t.Errorf("got  %s\nwant %s", got, want)
					}
				}
			})
		})
	}
}

// checkEMF holds a line against the rules of the page "Specification: Embedded metric format".
func checkEMF(t *testing.T, line []byte, namespace string) {
	t.Helper()
	type document struct {
		AWS struct {
			Timestamp         int64
			CloudWatchMetrics []struct {
				Namespace  string
				Dimensions [][]string
				Metrics    []struct {
					Name, Unit        string
					StorageResolution *int
				}
			}
		} `json:"_aws"`
	}
	var d document
	var members map[string]json.RawMessage
	if err := json.Unmarshal(line, &members); err != nil {
		t.Fatal(err)
	}
	decoder := json.NewDecoder(bytes.NewReader(members["_aws"]))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&d.AWS); err != nil {
		t.Errorf("_aws: %v", err)
	}
	if len(line) > 1<<20 || bytes.Count(line, []byte("\n")) != 1 {
		t.Errorf("%d bytes, %d lines", len(line), bytes.Count(line, []byte("\n")))
	}
	if age := time.Since(time.UnixMilli(d.AWS.Timestamp)); age < -2*time.Hour || age > 14*24*time.Hour {
		t.Errorf("timestamp %d", d.AWS.Timestamp)
	}
	if len(d.AWS.CloudWatchMetrics) != 1 || d.AWS.CloudWatchMetrics[0].Namespace != namespace {
		t.Fatalf("directives %v", d.AWS.CloudWatchMetrics)
	}
	directive := d.AWS.CloudWatchMetrics[0]
	if n := len(directive.Metrics); n == 0 || n > 100 {
		t.Errorf("%d metrics", n)
	}
	for _, set := range directive.Dimensions {
		if len(set) > 30 {
			t.Errorf("%d dimensions", len(set))
		}
		for _, name := range set {
			var value string
			if err := json.Unmarshal(members[name], &value); err != nil || value == "" || len(value) > 1024 {
				t.Errorf("dimension %s is %s: %v", name, members[name], err)
			}
		}
	}
	units := []string{"Count", "Milliseconds"} // of those that CloudWatch knows
	for _, m := range directive.Metrics {
		var value float64
		if err := json.Unmarshal(members[m.Name], &value); err != nil || value < 0 || m.Name == "" || len(m.Name) > 1024 || !slices.Contains(units, m.Unit) {
			t.Errorf("metric %s in %s is %s: %v", m.Name, m.Unit, members[m.Name], err)
		}
	}
}

// Names that are no dimension's, several writers at once, and a writer that fails.
func TestMetricsToLines(t *testing.T) {
	t.Setenv("AWS_LAMBDA_FUNCTION_NAME", "")
	out := &lineWriter{}
	option := tracing.WithMetricsTo(out, "N", nil)
	var all sync.WaitGroup
	for range 4 {
		handle := tracing.HandleRaw(rawHandler{response: "1"}, nothing, option)
		all.Go(func() {
			for range 25 {
				_, _ = handle(inLambda(t.Context(), "arn:aws:lambda:r:a:function:ü"), json.RawMessage("{}"))
			}
		})
	}
	all.Wait()
	if len(out.lines) != 100 {
		t.Fatalf("%d writes", len(out.lines))
	}
	for _, line := range out.lines {
		checkEMF(t, line, "N")
		if !bytes.Contains(line, []byte(`"FunctionName":"unknown"`)) {
			t.Errorf("got %s", line)
		}
	}
}

// lineWriter is not safe for concurrent use, and always fails.
type lineWriter struct{ lines [][]byte }

func (w *lineWriter) Write(p []byte) (int, error) {
	w.lines = append(w.lines, bytes.Clone(p))
	return 0, context.Canceled
}
