package tracingotlp_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/trace"

	"github.com/lambdapatterns/lambdapatterns/tracing/tracingotlp"
	"github.com/lambdapatterns/lambdapatterns/tracing/tracingotlp/otlpreceiver"
)

type variables map[string]string

func setAll(t *testing.T, v variables) {
	t.Helper()
	for name, value := range v {
		t.Setenv(name, value)
	}
}

func TestWrongSettings(t *testing.T) {
	for name, test := range map[string]struct {
		env     variables
		opts    []tracingotlp.Option
		setting string
	}{
		"nil option":               {nil, []tracingotlp.Option{nil}, "New"},
		"endpoint without scheme":  {nil, []tracingotlp.Option{tracingotlp.WithEndpoint("collector:4318")}, "WithEndpoint"},
		"endpoint without host":    {nil, []tracingotlp.Option{tracingotlp.WithEndpoint("http://")}, "WithEndpoint"},
		"endpoint with a password": {nil, []tracingotlp.Option{tracingotlp.WithEndpoint("ftp://u:secret@h")}, "WithEndpoint"},
		"endpoint malformed":       {nil, []tracingotlp.Option{tracingotlp.WithEndpoint("http://secret:%zz@h")}, "WithEndpoint"},
		"daemon without port":      {nil, []tracingotlp.Option{tracingotlp.WithXRayDaemon("127.0.0.1")}, "WithXRayDaemon"},
		"no name of a header":      {nil, []tracingotlp.Option{tracingotlp.WithHeader("a b", "secret")}, "WithHeader"},
		"no value of a header":     {nil, []tracingotlp.Option{tracingotlp.WithHeader("a", "secret\r\n")}, "WithHeader"},
		"no time":                  {nil, []tracingotlp.Option{tracingotlp.WithTimeout(0)}, "WithTimeout"},
		"nil client":               {nil, []tracingotlp.Option{tracingotlp.WithHTTPClient(nil)}, "WithHTTPClient"},
		"nil signer":               {nil, []tracingotlp.Option{tracingotlp.WithSigner(nil)}, "WithSigner"},
		"no queue":                 {nil, []tracingotlp.Option{tracingotlp.WithQueue(0)}, "WithQueue"},
		"empty attribute":          {nil, []tracingotlp.Option{tracingotlp.WithAttributes(attribute.KeyValue{})}, "WithAttributes"},
		"nil SDK option":           {nil, []tracingotlp.Option{tracingotlp.WithSDK(nil)}, "WithSDK"},

		"gRPC":                {variables{"OTEL_EXPORTER_OTLP_PROTOCOL": "grpc"}, nil, "OTEL_EXPORTER_OTLP_PROTOCOL"},
		"JSON, for traces":    {variables{"OTEL_EXPORTER_OTLP_PROTOCOL": "http/protobuf", "OTEL_EXPORTER_OTLP_TRACES_PROTOCOL": "http/json"}, nil, "OTEL_EXPORTER_OTLP_TRACES_PROTOCOL"},
		"no URL":              {variables{"OTEL_EXPORTER_OTLP_ENDPOINT": "localhost:4318"}, nil, "OTEL_EXPORTER_OTLP_ENDPOINT"},
		"no URL, for traces":  {variables{"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "localhost"}, nil, "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"},
		"no header":           {variables{"OTEL_EXPORTER_OTLP_HEADERS": "a=b,secret"}, nil, "OTEL_EXPORTER_OTLP_HEADERS"},
		"header not encoded":  {variables{"OTEL_EXPORTER_OTLP_HEADERS": "a=secret%zz"}, nil, "OTEL_EXPORTER_OTLP_HEADERS"},
		"header with newline": {variables{"OTEL_EXPORTER_OTLP_HEADERS": "a=secret%0a"}, nil, "OTEL_EXPORTER_OTLP_HEADERS"},
		"time-out":            {variables{"OTEL_EXPORTER_OTLP_TIMEOUT": "10s"}, nil, "OTEL_EXPORTER_OTLP_TIMEOUT"},
		"compression":         {variables{"OTEL_EXPORTER_OTLP_TRACES_COMPRESSION": "zstd"}, nil, "OTEL_EXPORTER_OTLP_TRACES_COMPRESSION"},
		"certificate":         {variables{"OTEL_EXPORTER_OTLP_CERTIFICATE": "/ca.pem"}, nil, "OTEL_EXPORTER_OTLP_CERTIFICATE"},
		"exporter":            {variables{"OTEL_TRACES_EXPORTER": "console"}, nil, "OTEL_TRACES_EXPORTER"},
		"sampler":             {variables{"OTEL_TRACES_SAMPLER": "xray"}, nil, "OTEL_TRACES_SAMPLER"},
		"ratio":               {variables{"OTEL_TRACES_SAMPLER": "parentbased_traceidratio", "OTEL_TRACES_SAMPLER_ARG": "10"}, nil, "OTEL_TRACES_SAMPLER_ARG"},
		"ratio that is none":  {variables{"OTEL_TRACES_SAMPLER": "traceidratio", "OTEL_TRACES_SAMPLER_ARG": "NaN"}, nil, "OTEL_TRACES_SAMPLER_ARG"},
		"queue":               {variables{"OTEL_BSP_MAX_QUEUE_SIZE": "-1"}, nil, "OTEL_BSP_MAX_QUEUE_SIZE"},
		"resource":            {variables{"OTEL_RESOURCE_ATTRIBUTES": "a=b,secret"}, nil, "OTEL_RESOURCE_ATTRIBUTES"},
		"resource's encoding": {variables{"OTEL_RESOURCE_ATTRIBUTES": "a=secret%zz"}, nil, "OTEL_RESOURCE_ATTRIBUTES"},
		"daemon's address":    {variables{"AWS_XRAY_DAEMON_ADDRESS": "localhost"}, nil, "AWS_XRAY_DAEMON_ADDRESS"},
		"daemon, asked for":   {variables{"AWS_XRAY_DAEMON_ADDRESS": "localhost"}, []tracingotlp.Option{tracingotlp.WithXRayDaemon("")}, "AWS_XRAY_DAEMON_ADDRESS"},
	} {
		t.Run(name, func(t *testing.T) {
			setAll(t, test.env)
			p, err := tracingotlp.New(test.opts...)
			if p != nil || err == nil || !strings.HasPrefix(err.Error(), "tracingotlp: "+test.setting+": ") {
				t.Errorf("error %v, want one about %s", err, test.setting)
			}
			if err != nil && strings.Contains(err.Error(), "secret") {
				t.Errorf("a secret is in the error: %v", err)
			}
		})
	}
}

// A setting that nothing reads does no harm.
func TestUnusedSettings(t *testing.T) {
	setAll(t, variables{"OTEL_EXPORTER_OTLP_PROTOCOL": "grpc", "OTEL_EXPORTER_OTLP_ENDPOINT": "nonsense", "OTEL_TRACES_SAMPLER_ARG": "nonsense"})
	if _, err := tracingotlp.New(tracingotlp.WithXRayDaemon("")); err != nil {
		t.Error(err)
	}
	setAll(t, variables{"OTEL_SDK_DISABLED": "true", "OTEL_TRACES_EXPORTER": "nonsense"})
	p, err := tracingotlp.New()
	if err != nil {
		t.Fatal(err)
	}
	_, span := p.Tracer("t").Start(t.Context(), "s")
	if span.IsRecording() {
		t.Error("a disabled SDK records")
	}
	span.End()
	if err := errors.Join(p.ForceFlush(t.Context()), p.Shutdown(t.Context())); err != nil || p.Stats() != (tracingotlp.Stats{}) {
		t.Error(err, p.Stats())
	}
}

// Nobody has said where to: the default is left out, and nothing that is said is.
func TestWithoutDefault(t *testing.T) {
	p, err := tracingotlp.New(tracingotlp.WithoutDefault())
	if err != nil {
		t.Fatal(err)
	}
	_, span := p.Tracer("t").Start(t.Context(), "s")
	if span.IsRecording() {
		t.Error("spans are recorded that go nowhere")
	}
	span.End()
	if err := errors.Join(p.ForceFlush(t.Context()), p.Shutdown(t.Context())); err != nil || p.Stats() != (tracingotlp.Stats{}) {
		t.Error(err, p.Stats())
	}

	b := &backend{}
	p = b.provider(t, tracingotlp.WithoutDefault())
	record(p, 1)
	if err := p.ForceFlush(t.Context()); err != nil || b.count() != 1 {
		t.Errorf("an option says where to: %d requests, %v", b.count(), err)
	}
	t.Setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "nonsense")
	if _, err := tracingotlp.New(tracingotlp.WithoutDefault()); err == nil {
		t.Errorf("the environment says it wrongly, and New does not: %v", err)
	}
}

func TestNoExporter(t *testing.T) {
	t.Setenv("OTEL_TRACES_EXPORTER", "none")
	b := &backend{}
	p := b.provider(t)
	_, span := p.Tracer("t").Start(t.Context(), "s")
	if !span.IsRecording() {
		t.Error("spans are not recorded: their ids are in logs and messages")
	}
	span.End()
	if err := p.ForceFlush(t.Context()); err != nil || b.count() != 0 {
		t.Errorf("%d requests, %v", b.count(), err)
	}
}

// Where spans go to, and with what, by the environment.
func TestEnvironment(t *testing.T) {
	var receiver otlpreceiver.Receiver
	var got *http.Request
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		got = r
		if r.Header.Get("X-Slow") != "" {
			io.Copy(io.Discard, r.Body) // or the server does not see the client go
			<-r.Context().Done()
			return
		}
		receiver.ServeHTTP(w, r)
	}))
	defer server.Close()
	udp, address := daemon(t)
	const endpoint, traces = "OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"
	for name, test := range map[string]struct {
		env    variables
		opts   []tracingotlp.Option
		path   string // "" for the daemon
		header http.Header
	}{
		"all signals":           {variables{endpoint: server.URL}, nil, "/v1/traces", nil},
		"all signals, slash":    {variables{endpoint: server.URL + "/"}, nil, "/v1/traces", nil},
		"all signals, path":     {variables{endpoint: server.URL + "/otlp"}, nil, "/otlp/v1/traces", nil},
		"traces":                {variables{endpoint: "http://127.0.0.1:1", traces: server.URL + "/t"}, nil, "/t", nil},
		"traces without a path": {variables{traces: server.URL}, nil, "/", nil},
		"daemon":                {variables{"AWS_XRAY_DAEMON_ADDRESS": address}, []tracingotlp.Option{tracingotlp.WithoutDefault()}, "", nil},
		"collector over daemon": {variables{"AWS_XRAY_DAEMON_ADDRESS": address, endpoint: server.URL}, nil, "/v1/traces", nil},
		"option over collector": {variables{"AWS_XRAY_DAEMON_ADDRESS": address, endpoint: server.URL}, []tracingotlp.Option{tracingotlp.WithXRayDaemon("")}, "", nil},
		"the last option":       {nil, []tracingotlp.Option{tracingotlp.WithXRayDaemon(address), tracingotlp.WithEndpoint(server.URL)}, "/v1/traces", nil},
		"headers": {
			variables{endpoint: server.URL, "OTEL_EXPORTER_OTLP_HEADERS": "x-a=1, x-b = a%2Cb%3D ,", "OTEL_EXPORTER_OTLP_COMPRESSION": "gzip"},
			[]tracingotlp.Option{tracingotlp.WithHeader("x-a", "2")}, "/v1/traces",
			http.Header{"X-A": {"2"}, "X-B": {"a,b="}, "Content-Encoding": {"gzip"}},
		},
		"headers of traces": {
			variables{endpoint: server.URL, "OTEL_EXPORTER_OTLP_HEADERS": "x-a=1", "OTEL_EXPORTER_OTLP_TRACES_HEADERS": "x-b=2", "OTEL_EXPORTER_OTLP_PROTOCOL": "http/protobuf"},
			nil, "/v1/traces", http.Header{"X-A": nil, "X-B": {"2"}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			setAll(t, test.env)
			p, err := tracingotlp.New(test.opts...)
			if err != nil {
				t.Fatal(err)
			}
			to := &receiver
			if test.path == "" {
				to = udp
			}
			if p.ToXRayDaemon() != (to == udp) {
				t.Errorf("to the daemon: %v", p.ToXRayDaemon())
			}
			before := len(to.Spans())
			record(p, 1)
			if err := p.ForceFlush(t.Context()); err != nil {
				t.Fatal(err)
			}
			wait(t, to, before+1)
			if test.path != "" && got.URL.Path != test.path {
				t.Errorf("path %s, want %s", got.URL.Path, test.path)
			}
			for name, values := range test.header {
				if strings.Join(got.Header[name], "|") != strings.Join(values, "|") {
					t.Errorf("header %s is %q, want %q", name, got.Header[name], values)
				}
			}
		})
	}

	t.Run("time-out", func(t *testing.T) {
		setAll(t, variables{endpoint: server.URL, "OTEL_EXPORTER_OTLP_TIMEOUT": "20", "OTEL_EXPORTER_OTLP_HEADERS": "x-slow=1"})
		p, err := tracingotlp.New()
		if err != nil {
			t.Fatal(err)
		}
		record(p, 1)
		ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
		defer cancel()
		if e := exportError(t, p.ForceFlush(ctx)); e.Kept != 1 || ctx.Err() != nil {
			t.Errorf("error %+v", e)
		}
	})
}

func TestSampler(t *testing.T) {
	setAll(t, variables{"OTEL_TRACES_SAMPLER": "parentbased_always_off"})
	b := &backend{}
	p := b.provider(t)
	record(p, 1)
	sampled := trace.ContextWithRemoteSpanContext(t.Context(), trace.NewSpanContext(trace.SpanContextConfig{
		TraceID: trace.TraceID{1}, SpanID: trace.SpanID{1}, TraceFlags: trace.FlagsSampled,
	}))
	_, span := p.Tracer("t").Start(sampled, "child")
	span.End()
	if err := p.ForceFlush(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := names(b.receiver.Spans()); len(got) != 1 || got[0] != "child" {
		t.Errorf("spans %v", got)
	}
}

func TestResource(t *testing.T) {
	function := variables{
		"AWS_LAMBDA_FUNCTION_NAME": "orders", "AWS_LAMBDA_FUNCTION_VERSION": "7", "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "512",
		"AWS_LAMBDA_LOG_STREAM_NAME": "2026/10/01/[7]abc", "AWS_LAMBDA_LOG_GROUP_NAME": "/aws/lambda/orders", "AWS_REGION": "eu-west-1",
	}
	lambda := []attribute.KeyValue{
		attribute.String("cloud.provider", "aws"), attribute.String("cloud.platform", "aws_lambda"), attribute.String("cloud.region", "eu-west-1"),
		attribute.String("faas.name", "orders"), attribute.String("faas.version", "7"), attribute.String("faas.instance", "2026/10/01/[7]abc"),
		attribute.Int64("faas.max_memory", 512*1024*1024), attribute.StringSlice("aws.log.group.names", []string{"/aws/lambda/orders"}),
	}
	for name, test := range map[string]struct {
		env  variables
		opts []tracingotlp.Option
		want []attribute.KeyValue
	}{
		"nowhere":             {nil, nil, []attribute.KeyValue{attribute.String("service.name", "unknown_service")}},
		"function":            {function, nil, append(lambda, attribute.String("service.name", "orders"))},
		"variables":           {variables{"OTEL_RESOURCE_ATTRIBUTES": "deployment.environment.name=te%20st,service.name=other"}, nil, []attribute.KeyValue{attribute.String("service.name", "other"), attribute.String("deployment.environment.name", "te st")}},
		"service's variable":  {variables{"OTEL_RESOURCE_ATTRIBUTES": "service.name=other", "OTEL_SERVICE_NAME": "shop"}, nil, []attribute.KeyValue{attribute.String("service.name", "shop")}},
		"options over it all": {variables{"OTEL_SERVICE_NAME": "shop"}, []tracingotlp.Option{tracingotlp.WithAttributes(attribute.String("service.name", "code"))}, []attribute.KeyValue{attribute.String("service.name", "code")}},
	} {
		t.Run(name, func(t *testing.T) {
			setAll(t, test.env)
			b := &backend{}
			p := b.provider(t, test.opts...)
			record(p, 1)
			if err := p.ForceFlush(t.Context()); err != nil {
				t.Fatal(err)
			}
			r := b.receiver.Spans()[0].Resource.Set()
			for _, want := range test.want {
				if got, _ := r.Value(want.Key); got.String() != want.Value.String() || got.Type() != want.Value.Type() {
					t.Errorf("%s is %s, want %s", want.Key, got.String(), want.Value.String())
				}
			}
			if n := r.Len() - len(test.want); n != 3 { // telemetry.sdk.*
				t.Errorf("%v: %d attributes more than expected", r, n)
			}
		})
	}
}

func TestSetGlobal(t *testing.T) {
	before, propagator := otel.GetTracerProvider(), otel.GetTextMapPropagator()
	defer otel.SetTracerProvider(before)
	defer otel.SetTextMapPropagator(propagator)
	p := (&backend{}).provider(t)
	if otel.GetTracerProvider() != before {
		t.Error("New sets the global provider")
	}
	p.SetGlobal()
	if otel.GetTracerProvider() != trace.TracerProvider(p) {
		t.Error("SetGlobal does not set the provider")
	}
	if f := otel.GetTextMapPropagator().Fields(); len(f) != 3 {
		t.Errorf("propagator of %v", f)
	}
}
