package sqsbatchtest_test

import (
	"maps"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/lambdapatterns/lambdapatterns/sqsbatch/sqsbatchtest"
)

func TestAttributesOfANewQueue(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := sqsbatchtest.SQS{Region: "eu-west-1"}
		now := strconv.FormatInt(time.Now().Unix(), 10)
		standard := sqsbatchtest.QueueAttributes{
			"ApproximateNumberOfMessages": "0", "ApproximateNumberOfMessagesDelayed": "0",
			"ApproximateNumberOfMessagesNotVisible": "0", "CreatedTimestamp": now, "LastModifiedTimestamp": now,
			"DelaySeconds": "0", "MaximumMessageSize": "1048576", "MessageRetentionPeriod": "345600",
			"QueueArn": "arn:aws:sqs:eu-west-1:000000000000:orders", "ReceiveMessageWaitTimeSeconds": "0",
			"SqsManagedSseEnabled": "true", "VisibilityTimeout": "30",
		}
		if got := create(t, &s, "orders", nil).Attributes(); !maps.Equal(got, standard) {
			t.Errorf("attributes are %v, want %v", got, standard)
		}
		fifo := maps.Clone(standard)
		maps.Copy(fifo, sqsbatchtest.QueueAttributes{
			"QueueArn": "arn:aws:sqs:eu-west-1:000000000000:orders.fifo", "FifoQueue": "true",
			"ContentBasedDeduplication": "true", "DeduplicationScope": "queue", "FifoThroughputLimit": "perQueue",
		})
		q := createFIFO(t, &s)
		if got := q.Attributes(); !maps.Equal(got, fifo) {
			t.Errorf("attributes are %v, want %v", got, fifo)
		}

		time.Sleep(time.Hour)
		if err := q.SetAttributes(sqsbatchtest.QueueAttributes{"VisibilityTimeout": "0", "KmsMasterKeyId": "alias/key"}); err != nil {
			t.Fatal(err)
		}
		maps.Copy(fifo, sqsbatchtest.QueueAttributes{
			"VisibilityTimeout": "0", "KmsMasterKeyId": "alias/key", "SqsManagedSseEnabled": "false",
			"LastModifiedTimestamp": strconv.FormatInt(time.Now().Unix(), 10),
		})
		if got := q.Attributes(); !maps.Equal(got, fifo) {
			t.Errorf("attributes are %v, want %v", got, fifo)
		}
	})
}

func TestCreateQueueChecks(t *testing.T) {
	t.Parallel()
	const parameter, name, value = "InvalidParameterValueException", "InvalidAttributeName", "InvalidAttributeValue"
	for _, test := range []struct{ queue, attribute, value, code string }{
		{"Orders_1-x", "", "", ""},
		{strings.Repeat("q", 80), "", "", ""},
		{strings.Repeat("q", 81), "", "", parameter},
		{strings.Repeat("q", 76) + ".fifo", "FifoQueue", "true", parameter},
		{"", "", "", parameter},
		{"a.b", "", "", parameter},
		{".fifo", "FifoQueue", "true", parameter},
		{"a.fifo", "", "", parameter},
		{"a.fifo", "FifoQueue", "false", parameter},
		{"a.fifo", "FifoQueue", "true", ""},
		{"a", "FifoQueue", "true", parameter},
		{"a", "FifoQueue", "false", name},
		{"a", "ContentBasedDeduplication", "true", name},
		{"a", "Colour", "red", name},
		{"a", "QueueArn", "x", name},
		{"a", "VisibilityTimeout", "43200", ""},
		{"a", "VisibilityTimeout", "43201", value},
		{"a", "VisibilityTimeout", "-1", value},
		{"a", "VisibilityTimeout", "1.5", value},
		{"a", "VisibilityTimeout", "", value},
		{"a", "DelaySeconds", "901", value},
		{"a", "MaximumMessageSize", "1023", value},
		{"a", "MaximumMessageSize", "1048577", value},
		{"a", "MessageRetentionPeriod", "59", value},
		{"a", "MessageRetentionPeriod", "1209601", value},
		{"a", "ReceiveMessageWaitTimeSeconds", "21", value},
		{"a", "Policy", "{}", ""},
		{"a", "Policy", "allow", value},
	} {
		t.Run(strings.TrimSpace(test.queue+" "+test.attribute+" "+test.value), func(t *testing.T) {
			t.Parallel()
			attributes := sqsbatchtest.QueueAttributes{}
			if test.attribute != "" {
				attributes[test.attribute] = test.value
			}
			var s sqsbatchtest.SQS
			_, err := s.CreateQueue(test.queue, attributes)
			if test.code == "" && err != nil {
				t.Fatal(err)
			} else if test.code != "" {
				wantCode(t, err, test.code)
			}
		})
	}
}

func TestCreateQueueThatExists(t *testing.T) {
	t.Parallel()
	var s sqsbatchtest.SQS
	dead := create(t, &s, "dead", nil)
	q := create(t, &s, "orders", sqsbatchtest.QueueAttributes{"DelaySeconds": "1", "RedrivePolicy": dead.RedrivePolicy(3)})
	for _, same := range []sqsbatchtest.QueueAttributes{
		nil, {"DelaySeconds": "1"}, {"VisibilityTimeout": "30"},
		{"RedrivePolicy": `{"maxReceiveCount": "3", "deadLetterTargetArn": "` + dead.ARN() + `"}`},
	} {
		if again := create(t, &s, "orders", same); again != q {
			t.Errorf("attributes %v made another queue", same)
		}
	}
	for _, other := range []sqsbatchtest.QueueAttributes{{"DelaySeconds": "2"}, {"RedrivePolicy": dead.RedrivePolicy(4)}} {
		_, err := s.CreateQueue("orders", other)
		wantCode(t, err, "QueueNameExists")
	}
}

func TestSetAttributesChangesAllOrNothing(t *testing.T) {
	t.Parallel()
	var s sqsbatchtest.SQS
	q := createFIFO(t, &s)
	before := q.Attributes()
	for code, changes := range map[string]sqsbatchtest.QueueAttributes{
		"InvalidAttributeValue":          {"VisibilityTimeout": "5", "DelaySeconds": "x"},
		"InvalidAttributeName":           {"VisibilityTimeout": "5", "Colour": "red"},
		"InvalidParameterValueException": {"VisibilityTimeout": "5", "RedrivePolicy": `{"maxReceiveCount":1}`},
	} {
		wantCode(t, q.SetAttributes(changes), code)
	}
	wantCode(t, q.SetAttributes(sqsbatchtest.QueueAttributes{"FifoQueue": "true"}), "InvalidAttributeValue")
	wantCode(t, q.SetAttributes(sqsbatchtest.QueueAttributes{"FifoThroughputLimit": "perMessageGroupId"}), "InvalidAttributeValue")
	if after := q.Attributes(); !maps.Equal(before, after) {
		t.Errorf("attributes are %v, want %v", after, before)
	}
}
