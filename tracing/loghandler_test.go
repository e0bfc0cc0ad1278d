package tracing_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"reflect"
	"strings"
	"sync"
	"testing"
	"testing/slogtest"

	"github.com/aws/aws-lambda-go/lambdacontext"
	"go.opentelemetry.io/otel/trace"

	"github.com/lambdapatterns/lambdapatterns/tracing"
)

const (
	traceHex = "5759e988bd862e3fe1be46a994272793"
	spanHex  = "53995c3f42cd8ad8"
)

// inSpan returns a context with an OpenTelemetry span whose ids are not those of the header in full.
func inSpan(ctx context.Context) context.Context {
	return trace.ContextWithSpanContext(ctx, trace.NewSpanContext(trace.SpanContextConfig{
		TraceID: trace.TraceID{0: 0xaa, 15: 1}, SpanID: trace.SpanID{0: 0xbb, 7: 1},
	}))
}

func inRequest(ctx context.Context) context.Context {
	return lambdacontext.NewContext(ctx, &lambdacontext.LambdaContext{AwsRequestID: "req-1"})
}

// logged returns what use writes through the handler in JSON, without the time.
func logged(t *testing.T, use func(*slog.Logger)) map[string]any {
	t.Helper()
	var out bytes.Buffer
	use(slog.New(tracing.NewLogHandler(slog.NewJSONHandler(&out, nil))))
	return decoded(t, out.Bytes())
}

func decoded(t *testing.T, line []byte) map[string]any {
	t.Helper()
	var m map[string]any
	if err := json.Unmarshal(line, &m); err != nil {
		t.Fatalf("%v in %q", err, line)
	}
	delete(m, "time")
	return m
}

func TestSlogtest(t *testing.T) {
	for name, header := range map[string]string{"nothing to add": "", "with ids": full} {
		t.Run(name, func(t *testing.T) {
			t.Setenv("_X_AMZN_TRACE_ID", header)
			var out bytes.Buffer
			slogtest.Run(t,
				func(*testing.T) slog.Handler {
					out.Reset()
					return tracing.NewLogHandler(slog.NewJSONHandler(&out, nil))
				},
				func(t *testing.T) map[string]any {
					var m map[string]any
					if err := json.Unmarshal(out.Bytes(), &m); err != nil {
						t.Fatal(err)
					}
					if _, ok := m["trace_id"]; ok != (header != "") {
						t.Errorf("trace_id is there: %v, in %s", ok, &out)
					}
					return m
				})
		})
	}
}

func TestLogIDs(t *testing.T) {
	base := map[string]any{"level": "INFO", "msg": "m", "k": "v"}
	tests := map[string]struct {
		ctx         func(context.Context) context.Context
		environment string
		want        map[string]any
	}{
		"nothing": {ctx: func(ctx context.Context) context.Context { return ctx }},
		"request": {ctx: inRequest, want: map[string]any{"request_id": "req-1"}},
		"empty request": {ctx: func(ctx context.Context) context.Context {
			return lambdacontext.NewContext(ctx, &lambdacontext.LambdaContext{})
		}},
		"nil request":       {ctx: func(ctx context.Context) context.Context { return lambdacontext.NewContext(ctx, nil) }},
		"header":            {ctx: func(ctx context.Context) context.Context { return invoked(ctx, full) }, want: map[string]any{"trace_id": traceHex, "span_id": spanHex}},
		"header, root only": {ctx: func(ctx context.Context) context.Context { return invoked(ctx, root) }, want: map[string]any{"trace_id": traceHex}},
		"environment":       {ctx: inRequest, environment: full, want: map[string]any{"trace_id": traceHex, "span_id": spanHex, "request_id": "req-1"}},
		"span before header": {
			ctx:  func(ctx context.Context) context.Context { return inSpan(inRequest(invoked(ctx, full))) },
			want: map[string]any{"trace_id": "aa000000000000000000000000000001", "span_id": "bb00000000000001", "request_id": "req-1"},
		},
		"invalid span": {
			ctx: func(ctx context.Context) context.Context {
				sc := trace.NewSpanContext(trace.SpanContextConfig{TraceID: trace.TraceID{0: 0xaa}})
				return trace.ContextWithSpanContext(invoked(ctx, full), sc)
			},
			want: map[string]any{"trace_id": traceHex, "span_id": spanHex},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Setenv("_X_AMZN_TRACE_ID", test.environment)
			want := map[string]any{}
			for _, m := range []map[string]any{base, test.want} {
				for k, v := range m {
					want[k] = v
				}
			}
			got := logged(t, func(l *slog.Logger) { l.InfoContext(test.ctx(t.Context()), "m", "k", "v") })
			if !reflect.DeepEqual(got, want) {
				t.Errorf("got %v, want %v", got, want)
			}
		})
	}
}

func TestIDsStayAtTop(t *testing.T) {
	t.Parallel()
	ctx := inRequest(inSpan(t.Context()))
	got := logged(t, func(l *slog.Logger) {
		l = l.With("a", 1).WithGroup("g").With("b", 2).WithGroup("h").WithGroup("i").With("c", 3)
		l.InfoContext(ctx, "m", "d", 4)
	})
	want := map[string]any{
		"level": "INFO", "msg": "m", "a": 1.0,
		"g":          map[string]any{"b": 2.0, "h": map[string]any{"i": map[string]any{"c": 3.0, "d": 4.0}}},
		"trace_id":   "aa000000000000000000000000000001",
		"span_id":    "bb00000000000001",
		"request_id": "req-1",
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %v\nwant %v", got, want)
	}
}

// Whatever is done to a logger, the handler must write what next alone would write, and the ids at the top level.
func TestSameAsNextAlone(t *testing.T) {
	t.Parallel()
	seed := rand.Uint64()
	random := rand.New(rand.NewPCG(seed, 0))
	ctx := inRequest(inSpan(t.Context()))
	for range 2000 {
		var plain, added bytes.Buffer
		options := &slog.HandlerOptions{AddSource: true, ReplaceAttr: func(groups []string, a slog.Attr) slog.Attr {
			if a.Value.Kind() == slog.KindInt64 {
				a.Key = strings.Join(groups, ".") + ":" + a.Key // So that the groups count.
			}
			return a
		}}
		alone := slog.New(slog.NewJSONHandler(&plain, options))
		ours := slog.New(tracing.NewLogHandler(slog.NewJSONHandler(&added, options)))
		var steps []string
		for range random.IntN(6) {
			if random.IntN(2) == 0 {
				name := []string{"", "g", "h"}[random.IntN(3)]
				alone, ours = alone.WithGroup(name), ours.WithGroup(name)
				steps = append(steps, fmt.Sprintf("group %q", name))
			} else {
				attrs := randomAttrs(random)
				alone, ours = alone.With(attrs...), ours.With(attrs...)
				steps = append(steps, fmt.Sprintf("with %v", attrs))
			}
		}
		attrs := randomAttrs(random)
		steps = append(steps, fmt.Sprintf("log %v", attrs))
		for _, l := range []*slog.Logger{alone, ours} {
			l.WarnContext(ctx, "m", attrs...)
		}
		want, got := decoded(t, plain.Bytes()), decoded(t, added.Bytes())
		for _, id := range []string{"trace_id", "span_id", "request_id"} {
			if _, ok := got[id]; !ok {
				t.Fatalf("seed %d: %s: no %s in %s", seed, steps, id, &added)
			}
			delete(got, id)
		}
		if !reflect.DeepEqual(withoutEmpty(got), withoutEmpty(want)) {
			t.Fatalf("seed %d: %s:\n got %s\nwant %s", seed, steps, &added, &plain)
		}
	}
}

// slog's handlers garble what follows a group which only turns out to be empty when it is written. Such a group at the
// end is written well by next alone, and so must be by this handler.
func TestGroupThatTurnsOutEmpty(t *testing.T) {
	t.Parallel()
	ctx := inRequest(inSpan(t.Context()))
	want := map[string]any{"level": "INFO", "msg": "m", "trace_id": "aa000000000000000000000000000001", "span_id": "bb00000000000001", "request_id": "req-1"}
	for name, use := range map[string]func(*slog.Logger){
		"group":      func(l *slog.Logger) { l.InfoContext(ctx, "m", slog.Group("g", slog.Attr{})) },
		"WithGroup":  func(l *slog.Logger) { l.WithGroup("g").InfoContext(ctx, "m", slog.Attr{}) },
		"two groups": func(l *slog.Logger) { l.WithGroup("g").WithGroup("h").InfoContext(ctx, "m", slog.Attr{}) },
	} {
		if got := logged(t, use); !reflect.DeepEqual(got, want) {
			t.Errorf("%s: got %v, want %v", name, got, want)
		}
	}
}

type valuer struct{ slog.Value }

func (v valuer) LogValue() slog.Value { return v.Value }

// withoutEmpty removes empty groups: slog writes some that it should leave out, after a With that came to nothing.
func withoutEmpty(m map[string]any) map[string]any {
	for k, v := range m {
		if group, ok := v.(map[string]any); ok && len(withoutEmpty(group)) == 0 {
			delete(m, k)
		}
	}
	return m
}

func randomAttrs(random *rand.Rand) []any {
	attrs := make([]any, random.IntN(8))
	for i := range attrs {
		key := string(rune('A' + random.IntN(26)))
		attrs[i] = []slog.Attr{
			slog.Int(key, i),
			slog.Any(key, errors.New("failed")),
			slog.Any(key, valuer{slog.IntValue(7)}),
			slog.Any(key, valuer{slog.GroupValue(slog.Int("in", 1))}),
			slog.Group(key, slog.Int("x", 1), slog.Group("empty")),
			slog.Group("", slog.Int("inline", 1)),
			slog.Group(key),
			{},
		}[random.IntN(8)]
	}
	return attrs
}

// Loggers that were made from one logger must not write into each other's attributes.
func TestSiblingLoggers(t *testing.T) {
	t.Parallel()
	ctx := inSpan(t.Context())
	var out bytes.Buffer
	base := slog.New(tracing.NewLogHandler(slog.NewJSONHandler(&out, nil))).WithGroup("g").With("a", 1).With("b", 2).With("c", 3)
	one, two := base.With("x", "one"), base.With("x", "two")
	deep, deeper := base.WithGroup("one"), base.WithGroup("two")
	for name, logger := range map[string]*slog.Logger{"one": one, "two": two} {
		out.Reset()
		logger.InfoContext(ctx, "m")
		if got := decoded(t, out.Bytes())["g"].(map[string]any)["x"]; got != name {
			t.Errorf("got %v, want %s", got, name)
		}
	}
	for name, logger := range map[string]*slog.Logger{"one": deep, "two": deeper} {
		out.Reset()
		logger.InfoContext(ctx, "m", "k", "v")
		if _, ok := decoded(t, out.Bytes())["g"].(map[string]any)[name]; !ok {
			t.Errorf("no group %s in %s", name, &out)
		}
	}
}

// A record that also goes to another handler must arrive there as it was made.
func TestRecordIsNotChanged(t *testing.T) {
	t.Parallel()
	ctx := inRequest(inSpan(t.Context()))
	var record slog.Record
	for i := range 20 {
		record.AddAttrs(slog.Int("k", i))
		kept := record
		if err := tracing.NewLogHandler(slog.DiscardHandler).Handle(ctx, record); err != nil {
			t.Fatal(err)
		}
		var out bytes.Buffer
		if err := tracing.NewLogHandler(slog.NewTextHandler(&out, nil)).Handle(ctx, record); err != nil {
			t.Fatal(err)
		}
		kept.AddAttrs(slog.Int("last", i))
		if s := out.String(); strings.Contains(s, "BUG") || strings.Contains(s, "last") || strings.Count(s, "trace_id") != 1 {
			t.Errorf("%d attributes: %s", i+1, s)
		}
		kept.Attrs(func(a slog.Attr) bool {
			if a.Key != "k" && a.Key != "last" {
				t.Errorf("%d attributes: the record has %s now", i+1, a)
			}
			return true
		})
		record = record.Clone()
	}
}

func TestValuerIsAskedOnce(t *testing.T) {
	t.Parallel()
	ctx := inSpan(t.Context())
	var asked counter
	logger := slog.New(tracing.NewLogHandler(slog.NewJSONHandler(io.Discard, nil))).WithGroup("g").With("v", &asked)
	for range 3 {
		logger.InfoContext(ctx, "m")
	}
	if asked != 1 {
		t.Errorf("asked %d times, want once", asked)
	}
}

type counter int

func (c *counter) LogValue() slog.Value { *c++; return slog.IntValue(1) }

func TestEnabledIsNexts(t *testing.T) {
	t.Parallel()
	h := tracing.NewLogHandler(slog.NewJSONHandler(&bytes.Buffer{}, &slog.HandlerOptions{Level: slog.LevelWarn}))
	for _, h := range []slog.Handler{h, h.WithGroup("g"), h.WithAttrs([]slog.Attr{slog.Int("a", 1)})} {
		if h.Enabled(t.Context(), slog.LevelInfo) || !h.Enabled(t.Context(), slog.LevelWarn) {
			t.Error("the level is not that of next")
		}
	}
}

type failing struct{ slog.Handler }

var errWrite = errors.New("cannot write")

func (failing) Handle(context.Context, slog.Record) error { return errWrite }

func TestErrorIsNexts(t *testing.T) {
	t.Parallel()
	h := tracing.NewLogHandler(failing{slog.DiscardHandler})
	for _, ctx := range []context.Context{t.Context(), inSpan(t.Context())} {
		if err := h.Handle(ctx, slog.Record{}); err != errWrite {
			t.Errorf("got %v, want %v", err, errWrite)
		}
	}
}

func TestNilHandlerIsFoundAtStart(t *testing.T) {
	t.Parallel()
	defer func() {
		if recover() == nil {
			t.Error("no panic")
		}
	}()
	tracing.NewLogHandler(nil)
}

func TestConcurrentUse(t *testing.T) {
	t.Parallel()
	ctx := inRequest(inSpan(t.Context()))
	logger := slog.New(tracing.NewLogHandler(slog.NewJSONHandler(&bytes.Buffer{}, nil))).WithGroup("g").With("a", 1)
	var group sync.WaitGroup
	for i := range 8 {
		group.Go(func() {
			for range 50 {
				logger.With("i", i).WithGroup("h").InfoContext(ctx, "m", "k", "v")
				logger.InfoContext(ctx, "m", "k", "v")
			}
		})
	}
	group.Wait()
}
