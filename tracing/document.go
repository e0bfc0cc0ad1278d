package tracing

import (
	"encoding/json"
	"strings"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"go.opentelemetry.io/otel/attribute"
)

// document is what a record of a data source tells of what was read or written there.
type document struct {
	collection string // the bucket, the table or the stream
	operation  string // insert, edit or delete
	name       string
	time       time.Time
}

// sameDocuments are the attributes in which the documents of a batch agree.
type sameDocuments struct {
	document
	count int
}

func (s *sameDocuments) add(d document) {
	s.count++
	if s.count == 1 {
		s.document = d
		return
	}
	s.name, s.time = "", time.Time{} // those of one of several would say nothing of the invocation
	if s.collection != d.collection {
		s.collection = ""
	}
	if s.operation != d.operation {
		s.operation = ""
	}
}

func (s *sameDocuments) attributes() []attribute.KeyValue {
	attrs := make([]attribute.KeyValue, 0, 4)
	for _, a := range [...]struct {
		key   attribute.Key
		value string
	}{
		{keyDocumentCollection, s.collection}, {keyDocumentOperation, s.operation}, {keyDocumentName, s.name},
	} {
		if a.value != "" {
			attrs = append(attrs, a.key.String(a.value))
		}
	}
	if !s.time.IsZero() {
		attrs = append(attrs, keyDocumentTime.String(isoTime(s.time)))
	}
	return attrs
}

// isoTime writes a time as the conventions want it: ISO 8601 in UTC.
func isoTime(t time.Time) string { return t.UTC().Format(time.RFC3339Nano) }

// eventAttributes returns what the conventions want to know of an event from a data source or a schedule. A batch has the
// attributes in which all its records agree.
func eventAttributes(event any) []attribute.KeyValue {
	var same sameDocuments
	switch e := event.(type) {
	case events.CloudWatchEvent:
		if e.DetailType == scheduled && !e.Time.IsZero() {
			return []attribute.KeyValue{keyTime.String(isoTime(e.Time))}
		}
		return nil
	case events.S3Event:
		for i := range e.Records {
			r := &e.Records[i]
			same.add(document{r.S3.Bucket.Name, s3Operation(r.EventName), r.S3.Object.URLDecodedKey, r.EventTime})
		}
	case events.DynamoDBEvent:
		addDynamoDB(&same, e.Records)
	case events.DynamoDBTimeWindowEvent:
		addDynamoDB(&same, e.Records)
	case events.KinesisEvent:
		addKinesis(&same, e.Records)
	case events.KinesisTimeWindowEvent:
		addKinesis(&same, e.Records)
	case json.RawMessage:
		return rawAttributes(e)
	}
	return same.attributes()
}

// maxDecoded is how long an event is at most that is decoded for its attributes alone.
const maxDecoded = 64 << 10

// rawAttributes is eventAttributes for JSON that nobody has decoded.
func rawAttributes(payload json.RawMessage) []attribute.KeyValue {
	if len(payload) > maxDecoded {
		return nil
	}
	trigger, source := rawSource(payload)
	switch {
	case trigger == triggerTimer:
		return decoded[events.CloudWatchEvent](payload)
	case source == "aws:s3":
		return decoded[events.S3Event](payload)
	case source == "aws:dynamodb":
		return rawDynamoDB(payload)
	case source == "aws:kinesis":
		return decoded[events.KinesisEvent](payload)
	}
	return nil
}

func decoded[E any](payload json.RawMessage) []attribute.KeyValue {
	var event E
	if json.Unmarshal(payload, &event) != nil {
		return nil
	}
	return eventAttributes(event)
}

// rawDynamoDB leaves the items out, at some of which aws-lambda-go's decoder panics.
func rawDynamoDB(payload json.RawMessage) []attribute.KeyValue {
	var event struct {
		Records []struct {
			EventName      string `json:"eventName"`
			EventSourceARN string `json:"eventSourceARN"`
			Change         struct {
				ApproximateCreationDateTime events.SecondsEpochTime `json:"ApproximateCreationDateTime"`
			} `json:"dynamodb"`
		} `json:"Records"`
	}
	if json.Unmarshal(payload, &event) != nil {
		return nil
	}
	var same sameDocuments
	for i := range event.Records {
		r := &event.Records[i]
		same.add(document{resourceName(r.EventSourceARN), dynamoDBOperation(r.EventName), "", r.Change.ApproximateCreationDateTime.Time})
	}
	return same.attributes()
}

// s3Operation says what an event of the page "Supported event types for SQS, SNS, and Lambda" did to its object.
func s3Operation(eventName string) string {
	kind, _, _ := strings.Cut(strings.TrimPrefix(eventName, "s3:"), ":")
	switch kind {
	case "ObjectCreated":
		return "insert"
	case "ObjectRemoved", "LifecycleExpiration":
		return "delete"
	case "":
		return ""
	}
	return "edit"
}

func addDynamoDB(same *sameDocuments, records []events.DynamoDBEventRecord) {
	for i := range records {
		r := &records[i]
		same.add(document{resourceName(r.EventSourceArn), dynamoDBOperation(r.EventName), "", r.Change.ApproximateCreationDateTime.Time})
	}
}

// dynamoDBOperation says what an event of a table's stream did to its item.
func dynamoDBOperation(eventName string) string {
	switch eventName {
	case "INSERT":
		return "insert"
	case "MODIFY":
		return "edit"
	case "REMOVE":
		return "delete"
	}
	return ""
}

// addKinesis: a stream only grows.
func addKinesis(same *sameDocuments, records []events.KinesisEventRecord) {
	for i := range records {
		r := &records[i]
		same.add(document{resourceName(r.EventSourceArn), "insert", "", r.Kinesis.ApproximateArrivalTimestamp.Time})
	}
}

// resourceName returns the name in the ARN of a table's stream or of a stream: arn:aws:dynamodb:…:table/<name>/stream/….
func resourceName(arn string) string {
	_, resource, _ := strings.Cut(arn, "/")
	name, _, _ := strings.Cut(resource, "/")
	return name
}
