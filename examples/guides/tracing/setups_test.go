package tracing

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http/httptest"
	"slices"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"

	"github.com/lambdapatterns/lambdapatterns/coldstart"
	"github.com/lambdapatterns/lambdapatterns/sqsbatch/sqsbatchtest"
	"github.com/lambdapatterns/lambdapatterns/tracing"
	"github.com/lambdapatterns/lambdapatterns/tracing/tracingotlp"
	"github.com/lambdapatterns/lambdapatterns/tracing/tracingotlp/otlpreceiver"
)

// invoke handles a batch of two messages, of which the second fails.
func invoke(ctx context.Context, provider *tracingotlp.Provider, opts ...tracing.Option) error {
	var deliveries []sqsbatchtest.Delivery
	for i := range 2 {
		deliveries = append(deliveries, sqsbatchtest.Delivery{Message: sqsbatchtest.Message{
			Body:        fmt.Sprintf(`{"id": "o-%d"}`, i),
			TraceHeader: fmt.Sprintf("Root=1-5759e988-bd862e3fe1be46a99427279%d;Parent=53995c3f42cd8ad8;Sampled=1", i),
		}})
	}
	event, err := sqsbatchtest.Event("arn:aws:sqs:eu-central-1:123456789012:orders", deliveries...)
	if err != nil {
		return err
	}
	payload, err := sqsbatchtest.Payload(event)
	if err != nil {
		return err
	}
	var start coldstart.Start
	handler := NewHandler(func(_ context.Context, o Order) error {
		if o.ID == "o-1" {
			return errors.New("the carrier is down")
		}
		return nil
	}, &start, provider, slog.New(slog.DiscardHandler), opts...)
	reader, err := handler(ctx, payload)
	if err != nil {
		return err
	}
	_, err = io.ReadAll(reader) // the caller has its answer
	return errors.Join(err, reader.(io.Closer).Close())
}

func names(spans tracetest.SpanStubs) []string {
	var all []string
	for _, s := range spans {
		all = append(all, fmt.Sprintf("%s %s, %d links, status %s", s.SpanKind, s.Name, len(s.Links), s.Status.Code))
	}
	slices.Sort(all)
	return all
}

func Example() {
	var collector otlpreceiver.Receiver
	server := httptest.NewServer(&collector)
	defer server.Close()
	provider, err := ToCollector(server.URL)
	if err != nil {
		panic(err)
	}
	fmt.Println(invoke(context.Background(), provider))
	for _, name := range names(collector.Spans()) {
		fmt.Println(name)
	}
	// Output:
	// <nil>
	// consumer process orders, 1 links, status Error
	// consumer process orders, 1 links, status Unset
	// consumer process orders, 2 links, status Unset
	// server lambda, 0 links, status Unset
}

func TestToXRay(t *testing.T) {
	t.Parallel()
	var xray otlpreceiver.Receiver
	server := httptest.NewServer(&xray)
	defer server.Close()
	cfg := aws.Config{Region: "eu-central-1", Credentials: credentials.NewStaticCredentialsProvider("test", "test", "")}
	provider, err := ToXRay(cfg, tracingotlp.WithEndpoint(server.URL))
	if err != nil {
		t.Fatal(err)
	}
	if err := invoke(t.Context(), provider, tracing.WithXRay(tracing.XRayParent)); err != nil {
		t.Fatal(err)
	}
	if got := names(xray.Spans()); len(got) != 4 {
		t.Errorf("X-Ray has %q", got)
	}
	if got := Traced(cfg); len(got.APIOptions) != 1 || len(cfg.APIOptions) != 0 {
		t.Error("the clients of cfg are not traced, or those of another are")
	}
}

func TestToDaemon(t *testing.T) {
	conn, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var daemon otlpreceiver.Receiver
	ctx, stop := context.WithTimeout(t.Context(), 30*time.Second)
	done := make(chan error)
	go func() { done <- daemon.ServeUDP(ctx, conn) }()
	defer func() {
		stop()
		if err := <-done; err != nil {
			t.Error(err)
		}
		_ = conn.Close()
	}()
	t.Setenv("AWS_XRAY_DAEMON_ADDRESS", conn.LocalAddr().String())
	t.Setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "")
	provider, err := ToDaemon()
	if err != nil {
		t.Fatal(err)
	}
	if !provider.ToXRayDaemon() {
		t.Fatal("spans go elsewhere")
	}
	if err := invoke(ctx, provider); err != nil {
		t.Fatal(err)
	}
	if _, err := daemon.Wait(ctx, 4); err != nil {
		t.Errorf("the daemon has %q: %v", names(daemon.Spans()), err)
	}
}
