package changes

import (
	"context"
	"io"
	"strings"

	"github.com/lambdapatterns/lambdapatterns/internal/emf"
)

// MetricsTo returns an observer for [WithObserver] that writes metrics in CloudWatch's embedded metric format, one JSON
// document a line. In Lambda, os.Stdout as w makes CloudWatch metrics of them, without a call of an API (Amazon CloudWatch
// User Guide, "Embedding metrics within logs").
//
// The metrics are counts: Records, ComesAgain (records that are not handled, or come behind one that is not), and one for each
// [Outcome], named like it. Duration is that of each record that was started, in milliseconds; a document holds 100 of them, and a
// larger batch has more documents. Their one dimension is TableName, from the stream's ARN ("unknown" without one); dimensions adds
// others that are the same for all batches. A document holds no sequence number and nothing of an item.
//
// The observer is safe for concurrent use: a batch is written by one call of Write, and calls do not overlap. An error of w is
// nobody's and is lost.
//
// MetricsTo panics when w is nil, when the namespace is not 1 to 255 of the characters that CloudWatch allows, and when
// dimensions are more than 29, are named TableName or like a metric, or have a name or value that is empty, too long (255,
// 1,024 characters), not printable ASCII, or a name that begins with a colon.
func MetricsTo(w io.Writer, namespace string, dimensions map[string]string) func(context.Context, Report) {
	names := []string{"Records", "ComesAgain"}
	outcomes := len(names) // where theirs begin
	for _, name := range outcomeNames {
		names = append(names, metricName(name))
	}
	batches := emf.NewBatches("changes: MetricsTo", w, namespace, "TableName", dimensions, names...)
	return func(_ context.Context, r Report) {
		counts := make([]int, len(names))
		var durations []float64
		counts[0] = len(r.Records)
		for i := range r.Records {
			c := &r.Records[i]
			if c.Again {
				counts[1]++
			}
			if int(c.Outcome) < len(outcomeNames) {
				counts[outcomes+int(c.Outcome)]++
			}
			if c.Outcome != SkippedDeadline && c.Outcome != SkippedFailure {
				durations = append(durations, milliseconds(c.Duration))
			}
		}
		batches.Write(tableName(r.StreamARN), counts, durations)
	}
}

// metricName is the metric of an outcome: SkippedDeadline of skipped_deadline, as the constant is called.
func metricName(outcome string) string {
	name := ""
	for word := range strings.SplitSeq(outcome, "_") {
		name += strings.ToUpper(word[:1]) + word[1:]
	}
	return name
}

// tableName is that of the table in the ARN of one of its streams: arn:aws:dynamodb:region:account:table/NAME/stream/time.
func tableName(stream string) string {
	_, after, _ := strings.Cut(stream, ":table/")
	name, _, _ := strings.Cut(after, "/")
	return name
}
