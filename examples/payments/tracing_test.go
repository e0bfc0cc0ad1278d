package payments_test

import (
	"context"
	"io"
	"net"
	"net/http/httptest"
	"path/filepath"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"go.opentelemetry.io/otel/trace"

	"github.com/lambdapatterns/lambdapatterns/examples/payments"
	"github.com/lambdapatterns/lambdapatterns/singletable/singletabletest"
	"github.com/lambdapatterns/lambdapatterns/tracing"
	"github.com/lambdapatterns/lambdapatterns/tracing/tracingotlp/otlpreceiver"
)

// invoke starts a function with the environment and invokes it as Lambda does: with a trace header, and read to the end. It returns
// whether the invocation's span was recorded.
func invoke(t *testing.T, environment map[string]string) (recorded bool) {
	t.Helper()
	server := httptest.NewServer(new(singletabletest.Engine))
	t.Cleanup(server.Close)
	none := filepath.Join(t.TempDir(), "none")
	for _, all := range []map[string]string{{
		"AWS_ENDPOINT_URL": server.URL, "AWS_REGION": "eu-central-1", "AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test",
		"AWS_EC2_METADATA_DISABLED": "true", "AWS_CONFIG_FILE": none, "AWS_SHARED_CREDENTIALS_FILE": none, "TABLE_NAME": "payments",
		"OTEL_EXPORTER_OTLP_ENDPOINT": "", "AWS_XRAY_DAEMON_ADDRESS": "",
	}, environment} {
		for name, value := range all {
			t.Setenv(name, value)
		}
	}
	f, err := payments.Start(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	handle := tracing.Handle(func(ctx context.Context, _ events.APIGatewayV2HTTPRequest) (events.APIGatewayV2HTTPResponse, error) {
		recorded = trace.SpanFromContext(ctx).IsRecording()
		return events.APIGatewayV2HTTPResponse{StatusCode: 200}, nil
	}, f.Tracing...)
	const header = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1"
	response, err := handle(context.WithValue(t.Context(), "x-amzn-trace-id", header), events.APIGatewayV2HTTPRequest{}) //lint:ignore SA1029 aws-lambda-go's key
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.ReadAll(response); err != nil {
		t.Fatal(err)
	}
	if closer, ok := response.(io.Closer); ok {
		_ = closer.Close() // the flush
	}
	return recorded
}

// On Lambda spans go to the X-Ray daemon, below the segment that Lambda has made of the invocation.
func TestSpansGoToTheXRayDaemon(t *testing.T) {
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
	if !invoke(t, map[string]string{"AWS_XRAY_DAEMON_ADDRESS": conn.LocalAddr().String()}) {
		t.Fatal("nothing is recorded")
	}
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	spans, err := daemon.Wait(ctx, 1)
	if err != nil {
		t.Fatal(err)
	}
	if got := spans[0].Parent.SpanID().String(); got != "53995c3f42cd8ad8" || spans[0].SpanKind != trace.SpanKindServer {
		t.Errorf("the parent of the %v span is %s, want Lambda's segment", spans[0].SpanKind, got)
	}
}

func TestNothingIsRecordedWithoutADestination(t *testing.T) {
	if invoke(t, nil) {
		t.Error("a span is recorded that goes nowhere")
	}
}

// A setting that cannot be is found when the function starts.
func TestWrongDestinationIsFoundAtTheStart(t *testing.T) {
	t.Setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "localhost:4317")
	if _, err := payments.Start(t.Context()); err == nil {
		t.Error("no error")
	}
}
