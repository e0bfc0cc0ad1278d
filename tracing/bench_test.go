package tracing_test

import (
	"context"
	"log/slog"
	"os"
	"testing"

	"github.com/aws/aws-lambda-go/lambdacontext"

	"github.com/lambdapatterns/lambdapatterns/tracing"
)

// BenchmarkParseHeader asks whether a header can be read at every log line: it must not allocate.
func BenchmarkParseHeader(b *testing.B) {
	in := full + ";Lineage=a87bd80c:1|68fd508a:5|c512fbe3:2"
	b.ReportAllocs()
	for b.Loop() {
		if _, err := tracing.ParseHeader(in); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkHeaderString asks whether writing a header costs more than its string.
func BenchmarkHeaderString(b *testing.B) {
	h, err := tracing.ParseHeader(full)
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if h.String() == "" {
			b.Fatal("empty")
		}
	}
}

// BenchmarkLog asks what the ids cost on each record: with the bare JSON handler, which adds none, and with
// lambdacontext.NewLogHandler, which adds the request's id alone. All write to the null device. lambdacontext writes
// text unless AWS_LAMBDA_LOG_FORMAT=JSON is in the environment when the test binary starts: set it to compare like
// with like.
func BenchmarkLog(b *testing.B) {
	null, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0)
	if err != nil {
		b.Fatal(err)
	}
	defer null.Close()
	stdout := os.Stdout
	os.Stdout = null // lambdacontext.NewLogHandler takes no writer.
	theirs := lambdacontext.NewLogHandler()
	os.Stdout = stdout
	bare := slog.NewJSONHandler(null, nil)
	ours := tracing.NewLogHandler(bare)

	b.Setenv("_X_AMZN_TRACE_ID", "")
	request := inRequest(context.Background())
	for _, run := range []struct {
		name    string
		handler slog.Handler
		ctx     context.Context
	}{
		{"bare", bare, request},
		{"lambdacontext", theirs, request},
		{"request id", ours, request},
		{"span", ours, inSpan(request)},
		{"header", ours, invoked(request, full)},
		{"nothing to add", ours, context.Background()},
		{"bare in group", bare.WithGroup("g").WithAttrs([]slog.Attr{slog.Int("a", 1)}), request},
		{"span in group", ours.WithGroup("g").WithAttrs([]slog.Attr{slog.Int("a", 1)}), inSpan(request)},
	} {
		b.Run(run.name, func(b *testing.B) {
			logger := slog.New(run.handler)
			b.ReportAllocs()
			for b.Loop() {
				logger.LogAttrs(run.ctx, slog.LevelInfo, "order paid", slog.String("order", "o-7"), slog.Int("items", 3))
			}
		})
	}
}
