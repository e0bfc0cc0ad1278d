package sqsmapping_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/lambda"

	"github.com/lambdapatterns/lambdapatterns/sqsbatch/sqsmapping"
)

// service answers ListEventSourceMappings as AWS Lambda does, one mapping a page.
type service struct {
	mappings []mapping
	deny     bool
	hang     bool
	asked    int
}

type mapping struct {
	UUID, EventSourceArn, State string
	FunctionResponseTypes       []string `json:",omitempty"`
	function                    string
}

const (
	queue  = "arn:aws:sqs:us-east-1:123456789012:orders"
	other  = "arn:aws:sqs:us-east-1:123456789012:parcels.fifo"
	stream = "arn:aws:kinesis:us-east-1:123456789012:stream/orders"
)

var on = []string{"ReportBatchItemFailures"}

func (s *service) Do(r *http.Request) (*http.Response, error) {
	s.asked++
	if s.hang {
		<-r.Context().Done()
		return nil, r.Context().Err()
	}
	w := httptest.NewRecorder()
	w.Header().Set("Content-Type", "application/json")
	if s.deny {
		w.Header().Set("X-Amzn-Errortype", "AccessDeniedException")
		w.WriteHeader(http.StatusForbidden)
		_, _ = w.WriteString(`{"Message":"not authorized to perform: lambda:ListEventSourceMappings"}`)
		return w.Result(), nil
	}
	q := r.URL.Query()
	var out struct {
		EventSourceMappings []mapping
		NextMarker          string `json:",omitempty"`
	}
	started := q.Get("Marker") == ""
	for _, m := range s.mappings {
		if m.function != q.Get("FunctionName") || q.Has("EventSourceArn") && m.EventSourceArn != q.Get("EventSourceArn") {
			continue
		}
		switch {
		case started && len(out.EventSourceMappings) == 0:
			out.EventSourceMappings = append(out.EventSourceMappings, m)
		case started:
			out.NextMarker = out.EventSourceMappings[0].UUID
		case m.UUID == q.Get("Marker"):
			started = true
		}
	}
	_ = json.NewEncoder(w).Encode(out)
	return w.Result(), nil
}

func (s *service) client() *lambda.Client {
	return lambda.New(lambda.Options{
		Region: "us-east-1", HTTPClient: s,
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: "test", SecretAccessKey: "test"}, nil
		}),
	})
}

func TestCheck(t *testing.T) {
	t.Parallel()
	good := mapping{UUID: "1", EventSourceArn: queue, State: "Enabled", FunctionResponseTypes: on, function: "f"}
	off := mapping{UUID: "2", EventSourceArn: other, State: "Enabled", function: "f"}
	disabled := mapping{UUID: "3", EventSourceArn: queue, State: "Disabled", function: "f"}
	deleting := mapping{UUID: "4", EventSourceArn: other, State: "Deleting", function: "f"}
	records := mapping{UUID: "5", EventSourceArn: stream, State: "Enabled", function: "f"}
	alias := mapping{UUID: "6", EventSourceArn: queue, State: "Enabled", FunctionResponseTypes: on, function: "f:live"}
	for _, c := range []struct {
		name     string
		mappings []mapping
		function string
		queues   []string
		want     string // UUIDs of the mappings, "-" for one that is missing
	}{
		{"on", []mapping{good}, "f", nil, ""},
		{"on, of the queue", []mapping{good, off}, "f", []string{queue}, ""},
		{"off", []mapping{off}, "f", nil, "2"},
		{"off on a later page", []mapping{good, records, off, disabled}, "f", nil, "2 3"},
		{"off, of the queue", []mapping{good, off}, "f", []string{queue, other}, "2"},
		{"disabled", []mapping{disabled}, "f", nil, "3"},
		{"being deleted", []mapping{good, deleting}, "f", nil, ""},
		{"only being deleted", []mapping{deleting}, "f", nil, "-"},
		{"none", nil, "f", nil, "-"},
		{"of streams only", []mapping{records}, "f", nil, "-"},
		{"none of one queue", []mapping{good}, "f", []string{queue, other}, "-"},
		{"of an alias", []mapping{alias}, "f:live", nil, ""},
		{"of an alias that was not named", []mapping{alias}, "f", nil, "-"},
	} {
		s := &service{mappings: c.mappings}
		err := sqsmapping.Check(t.Context(), s.client(), c.function, c.queues...)
		var got []string
		for _, e := range leaves(err) {
			var m *sqsmapping.MappingError
			if !errors.As(e, &m) {
				t.Fatalf("%s: %v", c.name, e)
			}
			if errors.Is(e, sqsmapping.ErrNoMapping) == errors.Is(e, sqsmapping.ErrReportOff) {
				t.Errorf("%s: %v is neither or both", c.name, e)
			}
			if m.UUID == "" {
				got = append(got, "-")
				continue
			}
			got = append(got, m.UUID)
			if !strings.Contains(e.Error(), m.UUID) || !strings.Contains(e.Error(), m.QueueARN) {
				t.Errorf("%s: %v does not name the mapping and the queue", c.name, e)
			}
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("%s: %v, want %q", c.name, err, c.want)
		}
	}
}

// leaves takes joined errors apart.
func leaves(err error) []error {
	if err == nil {
		return nil
	}
	joined, ok := err.(interface{ Unwrap() []error })
	if !ok {
		return []error{err}
	}
	var all []error
	for _, e := range joined.Unwrap() {
		all = append(all, leaves(e)...)
	}
	return all
}

func TestNothingIsKnown(t *testing.T) {
	t.Parallel()
	s := &service{deny: true}
	err := sqsmapping.Check(t.Context(), s.client(), "f")
	if err == nil || errors.Is(err, sqsmapping.ErrNoMapping) || errors.Is(err, sqsmapping.ErrReportOff) || !strings.Contains(err.Error(), "lambda:ListEventSourceMappings") {
		t.Errorf("denied: %v", err)
	}
	synctest.Test(t, func(t *testing.T) {
		s := &service{hang: true}
		begun := time.Now()
		err := sqsmapping.Check(t.Context(), s.client(), "f", queue, other)
		if d := time.Since(begun); !errors.Is(err, context.DeadlineExceeded) || d != 3*time.Second {
			t.Errorf("after %v: %v", d, err)
		}
	})
	s = new(service)
	if err := sqsmapping.Check(t.Context(), s.client(), ""); err == nil {
		t.Error("no function, no error")
	}
	if err := sqsmapping.Check(t.Context(), s.client(), "f", stream); err == nil || s.asked != 0 {
		t.Errorf("a stream: %v after %d calls", err, s.asked)
	}
}
