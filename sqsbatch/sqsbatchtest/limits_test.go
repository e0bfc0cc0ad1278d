package sqsbatchtest_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/aws/aws-lambda-go/events"
	"github.com/lambdapatterns/lambdapatterns/internal/racetest"
	"github.com/lambdapatterns/lambdapatterns/sqsbatch/sqsbatchtest"
)

func text(kind, value string) events.SQSMessageAttribute {
	return events.SQSMessageAttribute{DataType: kind, StringValue: &value}
}

func named(name string, a events.SQSMessageAttribute) sqsbatchtest.Message {
	return sqsbatchtest.Message{Body: "a", Attributes: map[string]events.SQSMessageAttribute{name: a}}
}

func TestSendChecksTheMessage(t *testing.T) {
	t.Parallel()
	const parameter, missing, contents = "InvalidParameterValueException", "MissingRequiredParameterException", "InvalidMessageContents"
	many := func(n int) sqsbatchtest.Message {
		m := sqsbatchtest.Message{Body: "a", Attributes: map[string]events.SQSMessageAttribute{}}
		for i := range n {
			m.Attributes[fmt.Sprint("a", i)] = text("String", "v")
		}
		return m
	}
	body := func(s string) sqsbatchtest.Message { return sqsbatchtest.Message{Body: s} }
	full := strings.Repeat("a", 1<<20)
	for _, test := range []struct {
		name, code string
		m          sqsbatchtest.Message
	}{
		{"one byte", "", body("a")},
		{"1 MiB", "", body(full)},
		{"more than 1 MiB", parameter, body(full + "a")},
		{"bytes count, not characters", parameter, body(full[1:] + "é")},
		{"attributes count", parameter, sqsbatchtest.Message{Body: full[12:],
			Attributes: map[string]events.SQSMessageAttribute{"name": text("String", "val")}}},
		{"attributes fit", "", sqsbatchtest.Message{Body: full[13:],
			Attributes: map[string]events.SQSMessageAttribute{"name": text("String", "val")}}},
		{"empty", missing, body("")},
		{"white space and planes", "", body("\t\n\r \uD7FF\uE000\uFFFD\U00010000\U0010FFFF")},
		{"null character", contents, body("a\x00")},
		{"vertical tab", contents, body("\v")},
		{"U+FFFE", contents, body("\uFFFE")},
		{"U+FFFF", contents, body("\uFFFF")},
		{"invalid UTF-8", contents, body("a\xff")},
		{"ten attributes", "", many(10)},
		{"eleven attributes", parameter, many(11)},
		{"types with labels", "", named("n", text("Number.int", "1"))},
		{"binary", "", named("n", events.SQSMessageAttribute{DataType: "Binary.gif", BinaryValue: []byte{0}})},
		{"unknown type", parameter, named("n", text("Boolean", "true"))},
		{"no type", parameter, named("n", text("", "true"))},
		{"no value", parameter, named("n", events.SQSMessageAttribute{DataType: "String"})},
		{"empty value", parameter, named("n", text("String", ""))},
		{"empty binary", parameter, named("n", events.SQSMessageAttribute{DataType: "Binary"})},
		{"string for binary", parameter, named("n", text("Binary", "a"))},
		{"list values", "UnsupportedOperation", named("n", events.SQSMessageAttribute{DataType: "String", StringListValues: []string{"a"}})},
		{"numbers", "", named("n", text("Number", "-1.5e10"))},
		{"not a number", parameter, named("n", text("Number", "one"))},
		{"not a number to SQS", parameter, named("n", text("Number", "Inf"))},
		{"control character in a value", contents, named("n", text("String", "\x01"))},
		{"name with periods", "", named("a.b_c-1", text("String", "v"))},
		{"name of 256", "", named(strings.Repeat("n", 256), text("String", "v"))},
		{"name of 257", parameter, named(strings.Repeat("n", 257), text("String", "v"))},
		{"empty name", parameter, named("", text("String", "v"))},
		{"name ends in a period", parameter, named("a.", text("String", "v"))},
		{"name with two periods", parameter, named("a..b", text("String", "v"))},
		{"reserved name", parameter, named("aWs.x", text("String", "v"))},
		{"reserved name too", parameter, named("Amazon.x", text("String", "v"))},
		{"name that only begins like one", "", named("AWSx", text("String", "v"))},
		{"trace header", "", sqsbatchtest.Message{Body: "a", TraceHeader: "Self=1-67891234-12456789abcdef012345678;Root=1-67891233-abcdef012345678912345678;Lineage=1:a"}},
		{"not a trace header", parameter, sqsbatchtest.Message{Body: "a", TraceHeader: "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"}},
		{"group on a standard queue", "", sqsbatchtest.Message{Body: "a", GroupID: "tenant-1"}},
		{"long group", parameter, sqsbatchtest.Message{Body: "a", GroupID: strings.Repeat("g", 129)}},
		{"deduplication on a standard queue", parameter, sqsbatchtest.Message{Body: "a", DeduplicationID: "d"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			var s sqsbatchtest.SQS
			q := create(t, &s, "orders", nil)
			_, err := q.Send(test.m)
			if test.code == "" {
				if err != nil {
					t.Fatal(err)
				}
				if got := receive(t, q); len(got) != 1 || got[0].Body != test.m.Body || len(got[0].MessageAttributes) != len(test.m.Attributes) {
					t.Error("the message did not come back as it was sent")
				}
				return
			}
			wantCode(t, err, test.code)
			wantCounts(t, q, 0, 0, 0)
			if strings.Contains(err.Error(), test.m.Body+" ") && len(test.m.Body) > 3 {
				t.Errorf("the error holds the body: %v", err)
			}
		})
	}
}

func TestMaximumMessageSize(t *testing.T) {
	t.Parallel()
	var s sqsbatchtest.SQS
	q := create(t, &s, "orders", sqsbatchtest.QueueAttributes{"MaximumMessageSize": "1024"})
	send(t, q, sqsbatchtest.Message{Body: strings.Repeat("a", 1024)})
	_, err := q.Send(sqsbatchtest.Message{Body: strings.Repeat("a", 1025)})
	wantCode(t, err, "InvalidParameterValueException")
}

func TestReceiveChecksItsArguments(t *testing.T) {
	t.Parallel()
	var s sqsbatchtest.SQS
	q := create(t, &s, "orders", nil)
	for _, max := range []int{-1, 0, 11} {
		_, err := q.Receive(t.Context(), max, 0)
		wantCode(t, err, "InvalidParameterValueException")
	}
	_, err := q.Receive(t.Context(), 1, -1)
	wantCode(t, err, "InvalidParameterValueException")
	_, err = q.Receive(t.Context(), 1, 20e9+1)
	wantCode(t, err, "InvalidParameterValueException")
}

func TestTooManyMessagesInFlight(t *testing.T) {
	t.Parallel()
	if testing.Short() || racetest.Enabled {
		t.Skip("sends 120,001 messages, from one goroutine")
	}
	var s sqsbatchtest.SQS
	q := create(t, &s, "orders", sqsbatchtest.QueueAttributes{"VisibilityTimeout": "43200"})
	for range 120_001 {
		send(t, q, sqsbatchtest.Message{Body: "a"})
	}
	var last []string
	for range 12_000 {
		messages := receive(t, q)
		if len(messages) != 10 {
			t.Fatalf("received %d messages, want 10", len(messages))
		}
		last = handles(messages...)
	}
	_, err := q.Receive(t.Context(), 1, 0)
	wantCode(t, err, "OverLimit")
	wantCounts(t, q, 1, 120_000, 0)
	if err := q.Delete(t.Context(), last[:1]); err != nil {
		t.Fatal(err)
	}
	if n := len(receive(t, q)); n != 1 {
		t.Errorf("received %d messages, want the one that is left", n)
	}
}
