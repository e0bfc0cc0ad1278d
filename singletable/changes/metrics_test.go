package changes_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/lambdapatterns/lambdapatterns/singletable/changes"
)

// metricsOf reads the documents of a batch: the values of metrics and dimensions, and of Duration all.
func metricsOf(t *testing.T, lines string) (documents []map[string]any, durations int) {
	t.Helper()
	for line := range strings.Lines(lines) {
		var d map[string]any
		if err := json.Unmarshal([]byte(line), &d); err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		var head struct {
			AWS struct {
				CloudWatchMetrics []struct {
					Metrics []struct{ Name string }
				}
			} `json:"_aws"`
		}
		if err := json.Unmarshal([]byte(line), &head); err != nil || len(head.AWS.CloudWatchMetrics) != 1 {
			t.Fatalf("%s: %v", line, err)
		}
		for _, m := range head.AWS.CloudWatchMetrics[0].Metrics {
			if d[m.Name] == nil {
				t.Errorf("there is no value of %s in %s", m.Name, line)
			}
		}
		if values, ok := d["Duration"].([]any); ok {
			if durations += len(values); len(values) > 100 {
				t.Errorf("%d durations in a document", len(values))
			}
		}
		documents = append(documents, d)
	}
	return documents, durations
}

func TestMetrics(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	h := newHandler(t, changes.WithObserver(changes.MetricsTo(&out, "Shop/Streams", map[string]string{"stage": "test"})),
		changes.On(users, func(_ context.Context, c changes.Change[User]) error {
			if c.Key.ID == "u240" {
				return errors.New("refused")
			}
			return nil
		}))
	event := inserts(250)
	event.Records[0].EventSourceArn = "arn:aws:dynamodb:eu-west-1:123456789012:table/shop/stream/2026-01-01T00:00:00.000"
	if _, err := h(t.Context(), event); err != nil {
		t.Fatal(err)
	}
	documents, durations := metricsOf(t, out.String())
	if len(documents) != 3 || durations != 240 {
		t.Fatalf("%d documents with %d durations, want 3 with 240:\n%s", len(documents), durations, out.String())
	}
	for name, want := range map[string]any{
		"Records": 250, "ComesAgain": 11, "Succeeded": 239, "Failed": 1, "SkippedFailure": 10, "SkippedDeadline": 0, "DecodeFailed": 0,
		"TimedOut": 0, "Panicked": 0, "PassedOver": 0, "SetAside": 0, "TableName": "shop", "stage": "test",
	} {
		if got := documents[0][name]; fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("%s is %v, want %v", name, got, want)
		}
	}
	if strings.Contains(out.String(), "@example.com") || documents[1]["Records"] != nil {
		t.Errorf("got %s", out.String())
	}
}

// Each outcome is counted by its own name.
func TestMetricsOfEachOutcome(t *testing.T) {
	t.Parallel()
	for o := changes.SkippedDeadline; o <= changes.SetAside; o++ {
		var out bytes.Buffer
		changes.MetricsTo(&out, "N", nil)(t.Context(), changes.Report{Records: []changes.RecordReport{{Outcome: o}}})
		documents, durations := metricsOf(t, out.String())
		name := strings.ToLower(strings.Join(strings.Split(o.String(), "_"), ""))
		for metric, value := range documents[0] {
			if is := strings.ToLower(metric) == name; is != (value == 1.0) && metric != "Records" && metric != "_aws" {
				t.Errorf("%s: %s is %v", o, metric, value)
			}
		}
		if documents[0]["TableName"] != "unknown" || (durations == 1) != !strings.HasPrefix(o.String(), "skipped") {
			t.Errorf("%s: got %s", o, out.String())
		}
	}
}

func TestMetricsToRefuses(t *testing.T) {
	t.Parallel()
	for says, f := range map[string]func(){
		"changes: MetricsTo needs a writer":        func() { changes.MetricsTo(nil, "Shop", nil) },
		`changes: MetricsTo: namespace "AWS/x" is`: func() { changes.MetricsTo(io.Discard, "AWS/x", nil) },
		`dimension "TableName" has the name`:       func() { changes.MetricsTo(io.Discard, "N", map[string]string{"TableName": "x"}) },
		`dimension "PassedOver" has the name`:      func() { changes.MetricsTo(io.Discard, "N", map[string]string{"PassedOver": "x"}) },
		`dimension "Duration" has the name`:        func() { changes.MetricsTo(io.Discard, "N", map[string]string{"Duration": "x"}) },
	} {
		func() {
			defer func() {
				if said := fmt.Sprint(recover()); !strings.Contains(said, says) {
					t.Errorf("it says %q, want %q in it", said, says)
				}
			}()
			f()
		}()
	}
}
