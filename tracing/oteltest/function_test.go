package oteltest

import (
	"bytes"
	"context"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"go.opentelemetry.io/otel/attribute"

	"github.com/lambdapatterns/lambdapatterns/internal/lambdaruntime"
	"github.com/lambdapatterns/lambdapatterns/tracing/tracingotlp/otlpreceiver"
)

// A function as it is deployed, in a process of its own: over HTTP, over UDP, and with destinations that do not answer, which
// its invocations must not feel but for the bound that it gives its flush.
func TestFunction(t *testing.T) {
	if testing.Short() {
		t.Skip("builds and starts a function")
	}
	binary, err := lambdaruntime.Build(t.Context(), ".", "./functions/traced", t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	var receiver otlpreceiver.Receiver
	up := httptest.NewServer(&receiver)
	defer up.Close()
	hanging := make(chan struct{})
	hangs := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-hanging }))
	defer hangs.Close()
	defer close(hanging)
	daemon, err := net.ListenPacket("udp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer daemon.Close()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	done := make(chan error, 1)
	go func() { done <- receiver.ServeUDP(ctx, daemon) }()

	spans := 0
	for _, test := range []struct {
		name, variable, value string
		arrives               bool
	}{
		{"collector", "OTEL_EXPORTER_OTLP_ENDPOINT", up.URL, true},
		{"daemon", "AWS_XRAY_DAEMON_ADDRESS", daemon.LocalAddr().String(), true},
		{"hangs", "OTEL_EXPORTER_OTLP_ENDPOINT", hangs.URL, false},
		{"nobody", "OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:1", false},
	} {
		t.Run(test.name, func(t *testing.T) {
			var log logBuffer
			environment := map[string]string{"OTEL_RESOURCE_ATTRIBUTES": "deployment.environment.name=test", test.variable: test.value}
			f, err := lambdaruntime.Start(lambdaruntime.Config{Name: "orders", Binary: binary, Timeout: 30 * time.Second, InitTimeout: 30 * time.Second, MemoryMB: 256, Environment: environment, Logs: &log})
			if err != nil {
				t.Fatal(err)
			}
			defer f.Close()
			for range 3 {
				if _, err := f.Invoke(t.Context(), lambdaruntime.Invocation{}); err != nil {
					t.Errorf("%v\n%s", err, log.String())
				}
			}
			f.Close()
			told := strings.Contains(log.String(), "spans kept for the next flush: ")
			if told == test.arrives {
				t.Errorf("log:\n%s", log.String())
			}
			if !test.arrives {
				return
			}
			spans += 3
			waiting, stop := context.WithTimeout(t.Context(), 10*time.Second)
			defer stop()
			all, err := receiver.Wait(waiting, spans)
			if err != nil {
				t.Fatal(err)
			}
			r := all[len(all)-1].Resource.Set()
			for key, want := range map[string]string{
				"service.name": "orders", "faas.name": "orders", "faas.version": "$LATEST", "faas.max_memory": "268435456", "cloud.region": "us-east-1",
				"cloud.provider": "aws", "cloud.platform": "aws_lambda", "deployment.environment.name": "test",
			} {
				if v, _ := r.Value(attribute.Key(key)); v.String() != want {
					t.Errorf("%s is %q, want %q", key, v.String(), want)
				}
			}
		})
	}
	cancel()
	if err := <-done; err != nil {
		t.Error(err)
	}
}

type logBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *logBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *logBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}
