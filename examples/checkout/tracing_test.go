package checkout

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/lambda"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/trace"

	"github.com/lambdapatterns/lambdapatterns/singletable/singletabletest"
	"github.com/lambdapatterns/lambdapatterns/tracing"
	"github.com/lambdapatterns/lambdapatterns/tracing/tracingotlp/otlpreceiver"
)

// environment sets what a function finds on Lambda, for a table in memory, which it creates. It returns the table's entities.
func environment(t *testing.T, variables map[string]string) *Store {
	t.Helper()
	engine := new(singletabletest.Engine)
	server := httptest.NewServer(engine)
	t.Cleanup(server.Close)
	table := NewTable(engine.Client(), "checkout")
	_, err1 := engine.Client().CreateTable(t.Context(), table.CreateTableInput())
	store, err2 := NewStore(table)
	if err := errors.Join(err1, err2); err != nil {
		t.Fatal(err)
	}
	none := filepath.Join(t.TempDir(), "none")
	for _, all := range []map[string]string{{
		"AWS_ENDPOINT_URL": server.URL, "AWS_REGION": "eu-central-1", "AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test",
		"AWS_EC2_METADATA_DISABLED": "true", "AWS_CONFIG_FILE": none, "AWS_SHARED_CREDENTIALS_FILE": none, "TABLE_NAME": "checkout",
		"OTEL_EXPORTER_OTLP_ENDPOINT": "", "AWS_XRAY_DAEMON_ADDRESS": "",
	}, variables} {
		for name, value := range all {
			t.Setenv(name, value)
		}
	}
	return store
}

// A task's span is below the segment that Lambda makes, so that X-Ray has it in the workflow's trace, with the calls of the table
// below it. An answer that is an error is one in the trace too. Nothing of the order is in a span.
func TestSpansOfATask(t *testing.T) {
	conn, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var daemon otlpreceiver.Receiver
	serving, stop := context.WithCancel(t.Context())
	done := make(chan error)
	go func() { done <- daemon.ServeUDP(serving, conn) }()
	t.Cleanup(func() {
		stop()
		if err := <-done; err != nil {
			t.Error(err)
		}
		_ = conn.Close()
	})
	store := environment(t, map[string]string{"AWS_XRAY_DAEMON_ADDRESS": conn.LocalAddr().String(), "TASK": "charge"})
	if err := store.Orders.Create(t.Context(), Order{UserID: "usr_ada", ID: "ord_1", Card: "tok_declined", Status: Placed, Total: 1350}); err != nil {
		t.Fatal(err)
	}
	handler, err := Start(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	const header = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1"
	ctx := context.WithValue(t.Context(), "x-amzn-trace-id", header) //lint:ignore SA1029 aws-lambda-go's key
	_, err = lambda.NewHandler(handler).Invoke(ctx, []byte(`{"order_id":"ord_1","amount":1350,"card":"tok_declined"}`))
	if _, declined := errors.AsType[*DeclinedError](err); !declined {
		t.Fatalf("got %v", err)
	}

	waiting, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	spans, err := daemon.Wait(waiting, 2)
	if err != nil {
		t.Fatal(err)
	}
	servers, calls := 0, 0
	for _, s := range spans {
		switch {
		case s.SpanKind == trace.SpanKindServer:
			servers++
			if got := s.Parent.SpanID().String(); got != "53995c3f42cd8ad8" || s.Status.Code != codes.Error {
				t.Errorf("the task's span has the parent %s and the status %v, want Lambda's segment and an error", got, s.Status)
			}
			if said := fmt.Sprint(s.Attributes); !strings.Contains(said, "DeclinedError") || !strings.Contains(said, "faas.coldstart") {
				t.Errorf("its attributes are %s", said)
			}
		case strings.HasPrefix(s.Name, "DynamoDB."):
			calls++
		}
		for _, secret := range []string{"tok_", "usr_ada", "ord_1", "1350"} {
			if all := fmt.Sprintf("%+v", s); strings.Contains(all, secret) {
				t.Errorf("%q is in a span: %s", secret, all)
			}
		}
	}
	if servers != 1 || calls < 2 {
		t.Errorf("%d spans of the task and %d of calls", servers, calls)
	}
}

func TestNothingIsRecordedWithoutADestination(t *testing.T) {
	environment(t, nil)
	options, err := traced(slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	recorded := true
	handle := tracing.HandleEvent(func(ctx context.Context, _ int) error {
		recorded = trace.SpanFromContext(ctx).IsRecording()
		return nil
	}, options...)
	if _, err := handle(t.Context(), 1); err != nil || recorded {
		t.Errorf("%v, recorded: %v", err, recorded)
	}
}

// Settings that cannot be are found when the function starts.
func TestWrongSettingsAreFoundAtTheStart(t *testing.T) {
	for says, variables := range map[string]map[string]string{
		"OTEL_EXPORTER_OTLP_ENDPOINT": {"TASK": "charge", "OTEL_EXPORTER_OTLP_ENDPOINT": "localhost:4317"},
		"set TASK to one of":          {"TASK": "charges"},
	} {
		environment(t, variables)
		if _, err := Start(t.Context()); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: got %v", says, err)
		}
	}
}
