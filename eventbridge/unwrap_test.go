package eventbridge_test

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/lambdapatterns/lambdapatterns/eventbridge"
)

const placed = `{"source":"shop","detail-type":"Order Placed","detail":{"id":"7"}}`

func quoted(s string) string {
	b, err := json.Marshal(s)
	if err != nil {
		panic(err)
	}
	return string(b)
}

func records(list ...string) string { return `{"Records":[` + strings.Join(list, ",") + `]}` }

func sqsRecord(id, body, attributes string) string {
	return fmt.Sprintf(`{"messageId":%q,"receiptHandle":"r","body":%s,"attributes":{"ApproximateReceiveCount":"1"},
		"messageAttributes":{%s},"md5OfBody":"m","eventSource":"aws:sqs","eventSourceARN":"arn:queue","awsRegion":"eu-central-1"}`,
		id, quoted(body), attributes)
}

// snsMessage is what SNS puts into a queue or a request.
func snsMessage(id, text string) string {
	return fmt.Sprintf(`{"Type":"Notification","MessageId":%q,"TopicArn":"arn:topic","Message":%s,"Timestamp":"2026-01-01T00:00:00.000Z",
		"SignatureVersion":"1","Signature":"s","SigningCertURL":"https://sns","UnsubscribeURL":"https://sns"}`, id, quoted(text))
}

func snsRecord(id, text string) string {
	return fmt.Sprintf(`{"EventSource":"aws:sns","EventVersion":"1.0","EventSubscriptionArn":"arn:sub","Sns":%s}`, snsMessage(id, text))
}

func kinesisRecord(sequence, data string) string {
	return fmt.Sprintf(`{"kinesis":{"kinesisSchemaVersion":"1.0","partitionKey":"p","sequenceNumber":%[1]q,"data":%[2]q,"approximateArrivalTimestamp":1.5},
		"eventSource":"aws:kinesis","eventVersion":"1.0","eventID":"shardId-000000000006:%[1]s","eventName":"aws:kinesis:record",
		"invokeIdentityArn":"arn:role","awsRegion":"us-east-2","eventSourceARN":"arn:stream"}`, sequence, base64.StdEncoding.EncodeToString([]byte(data)))
}

// pipesKinesisRecord has no object of its own for what the stream knows.
func pipesKinesisRecord(sequence, data string) string {
	return fmt.Sprintf(`{"kinesisSchemaVersion":"1.0","partitionKey":"p","sequenceNumber":%[1]q,"data":%[2]q,"approximateArrivalTimestamp":1.5,
		"eventSource":"aws:kinesis","eventVersion":"1.0","eventID":"shardId-000000000006:%[1]s","eventName":"aws:kinesis:record",
		"invokeIdentityArn":"arn:role","awsRegion":"us-east-2","eventSourceARN":"arn:stream"}`, sequence, base64.StdEncoding.EncodeToString([]byte(data)))
}

func request(body string, encoded bool) string {
	if encoded {
		body = base64.StdEncoding.EncodeToString([]byte(body))
	}
	return fmt.Sprintf(`{"version":"2.0","routeKey":"$default","rawPath":"/","headers":{"content-type":"application/json"},
		"requestContext":{"http":{"method":"POST"}},"body":%s,"isBase64Encoded":%v}`, quoted(body), encoded)
}

const deadLetterAttributes = `"ERROR_CODE":{"stringValue":"NO_PERMISSIONS","dataType":"String"},
	"ERROR_MESSAGE":{"stringValue":"no","dataType":"String"},"RULE_ARN":{"stringValue":"arn:rule","dataType":"String"},
	"TARGET_ARN":{"stringValue":"arn:target","dataType":"String"},
	"EXHAUSTED_RETRY_CONDITION":{"stringValue":"MaximumRetryAttempts","dataType":"String"},
	"RETRY_ATTEMPTS":{"stringValue":"185","dataType":"Number"}`

// notification is a record that S3 sends, with the key.
func notification(key string) string {
	return fmt.Sprintf(`{"eventVersion":"2.3","eventSource":"aws:s3","eventName":"ObjectCreated:Put","s3":{"bucket":{"name":"b"},"object":{"key":%q}}}`, key)
}

func path(c ...string) []string { return c }

func TestUnwrap(t *testing.T) {
	t.Parallel()
	sqs := func(id string, more ...string) eventbridge.Item {
		return eventbridge.Item{Path: append(path("SQS"), more...), RecordID: id, SourceARN: "arn:queue"}
	}
	inPipe := sqs("m1")
	inPipe.Path = path("array", "SQS")
	dead := sqs("m1")
	dead.DeadLetter = &eventbridge.DeadLetter{ErrorCode: "NO_PERMISSIONS", ErrorMessage: "no", RuleARN: "arn:rule",
		TargetARN: "arn:target", ExhaustedRetryCondition: "MaximumRetryAttempts", RetryAttempts: 185}
	topicInQueue := sqs("m1", "SNS")
	topicInQueue.SNSMessageID = "n1"
	for name, c := range map[string]struct {
		payload string
		places  []eventbridge.Item
	}{
		"event":            {placed, []eventbridge.Item{{}}},
		"event with space": {"\n\t" + placed + "\n", []eventbridge.Item{{}}},
		"array":            {`[` + placed + `,` + placed + `]`, []eventbridge.Item{{Path: path("array")}, {Path: path("array")}}},
		"SQS":              {records(sqsRecord("m1", placed, ""), sqsRecord("m2", placed, "")), []eventbridge.Item{sqs("m1"), sqs("m2")}},
		"array in SQS": {records(sqsRecord("m1", "["+placed+","+placed+"]", "")),
			[]eventbridge.Item{sqs("m1", "array"), sqs("m1", "array")}},
		"SNS": {records(snsRecord("n1", placed)),
			[]eventbridge.Item{{Path: path("SNS"), SourceARN: "arn:topic", SNSMessageID: "n1"}}},
		"SNS in SQS": {records(sqsRecord("m1", snsMessage("n1", placed), "")), []eventbridge.Item{topicInQueue}},
		"Kinesis": {records(kinesisRecord("49590338", placed)),
			[]eventbridge.Item{{Path: path("Kinesis"), RecordID: "49590338", SourceARN: "arn:stream", ShardID: "shardId-000000000006"}}},
		"SQS by Pipes": {`[` + sqsRecord("m1", placed, "") + `]`, []eventbridge.Item{inPipe}},
		"Kinesis by Pipes": {`[` + pipesKinesisRecord("49590338", placed) + `]`,
			[]eventbridge.Item{{Path: path("array", "Kinesis"), RecordID: "49590338", SourceARN: "arn:stream", ShardID: "shardId-000000000006"}}},
		"dead letter":         {records(sqsRecord("m1", placed, deadLetterAttributes)), []eventbridge.Item{dead}},
		"API destination":     {request(placed, false), []eventbridge.Item{{Path: path("HTTP")}}},
		"binary request":      {request(placed, true), []eventbridge.Item{{Path: path("HTTP")}}},
		"load balancer":       {`{"requestContext":{"elb":{}},"multiValueHeaders":{},"body":` + quoted(placed) + `,"isBase64Encoded":false}`, []eventbridge.Item{{Path: path("HTTP")}}},
		"SNS over HTTP":       {request(snsMessage("n1", placed), false), []eventbridge.Item{{Path: path("HTTP", "SNS"), SNSMessageID: "n1"}}},
		"destination":         {`{"version":"1.0","requestContext":{"condition":"RetriesExhausted"},"requestPayload":` + placed + `}`, []eventbridge.Item{{Path: path("destination")}}},
		"destination of SQS":  {records(sqsRecord("m2", `{"requestContext":{},"requestPayload":`+records(sqsRecord("m1", placed, ""))+`}`, "")), []eventbridge.Item{sqs("m2", "destination", "SQS")}},
		"event with Records":  {`{"source":"shop","detail-type":"T","detail":null,"Records":[]}`, []eventbridge.Item{{}}},
		"two kinds of record": {records(sqsRecord("m1", placed, ""), kinesisRecord("1", placed)), []eventbridge.Item{sqs("m1"), {Path: path("Kinesis"), RecordID: "1", SourceARN: "arn:stream", ShardID: "shardId-000000000006"}}},
	} {
		items, err := eventbridge.Unwrap([]byte(c.payload))
		if err != nil || len(items) != len(c.places) {
			t.Errorf("%s: %d items, %v", name, len(items), err)
			continue
		}
		for i, item := range items {
			event := item.Event
			if item.Event = nil; !reflect.DeepEqual(item, c.places[i]) {
				t.Errorf("%s: place is %+v, want %+v", name, item, c.places[i])
			}
			if e, err := eventbridge.Decode[json.RawMessage](event); err != nil || e.Source != "shop" {
				t.Errorf("%s: event is %s, %v", name, event, err)
			}
		}
	}
}

// What is no event is told by name, whole if the payload is of another kind, and as an item if it is one of several.
func TestUnwrapRefuses(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ payload, says string }{
		"nothing":          {``, "not JSON"},
		"cut off":          {`{"source":"shop`, "not JSON"},
		"null":             {`null`, "neither an object nor an array"},
		"number":           {`7`, "neither"},
		"empty array":      {`[]`, "an empty array"},
		"empty object":     {`{}`, "without source"},
		"no detail":        {`{"source":"shop","detail-type":"Order Placed"}`, "without source"},
		"null source":      {`{"source":null,"detail-type":"T","detail":{}}`, "without source"},
		"other case":       {`{"Source":"shop","Detail-Type":"T","Detail":{}}`, "without source"},
		"no records":       {records(), "empty list of Records"},
		"odd records":      {`{"Records":7}`, "no list"},
		"S3 notification":  {records(notification("SECRET")), "S3 event notification: use s3event.DecodeChanges"},
		"S3 test":          {`{"Event":"s3:TestEvent","Bucket":"SECRET"}`, "s3:TestEvent"},
		"DynamoDB":         {records(`{"eventSource":"aws:dynamodb","dynamodb":{}}`), "DynamoDB"},
		"codecommit":       {records(`{"eventSource":"aws:codecommit"}`), `"aws:codecommit"`},
		"unknown record":   {records(`{"eventSource":"SECRET"}`), "unknown source"},
		"record of null":   {records(`null`), "unknown source"},
		"CloudWatch Logs":  {`{"awslogs":{"data":"SECRET"}}`, "CloudWatch"},
		"API Gateway v1":   {`{"SECRET":1}`, "without source"},
		"Firehose":         {`{"invocationId":"i","records":[{"data":"SECRET"}]}`, "without source"},
		"deeply nested":    {strings.Repeat(`[`, 200) + strings.Repeat(`]`, 200), ""},
		"deeply destined ": {strings.Repeat(`{"requestContext":{},"requestPayload":`, 200) + placed + strings.Repeat(`}`, 200), ""},
	} {
		items, err := eventbridge.Unwrap([]byte(c.payload))
		if c.says == "" {
			if err != nil || len(items) != 1 || items[0].Err == nil || !strings.Contains(items[0].Err.Error(), "too deeply") {
				t.Errorf("%s: %v, %v", name, items, err)
			}
			continue
		}
		if items != nil || !errors.Is(err, eventbridge.ErrUnwrap) || !strings.Contains(err.Error(), c.says) || strings.Contains(err.Error(), "SECRET") {
			t.Errorf("%s: %v, %v", name, items, err)
		}
	}
	for name, c := range map[string]struct{ payload, says string }{
		"body no JSON":    {records(sqsRecord("m1", "SECRET", "")), "not JSON in a message of SQS"},
		"body empty":      {records(sqsRecord("m1", "", "")), "not JSON"},
		"no body":         {records(`{"messageId":"m1","eventSource":"aws:sqs"}`), "no body"},
		"other body":      {records(sqsRecord("m1", `{"SECRET":1}`, "")), "without source"},
		"S3 in SQS":       {records(sqsRecord("m1", records(notification("SECRET")), "")), "S3 event notification"},
		"S3 in SNS":       {records(sqsRecord("m1", snsMessage("n", records(notification("SECRET"))), "")), "in a message of SNS in a message of SQS"},
		"S3 test in SQS":  {records(sqsRecord("m1", `{"Event":"s3:TestEvent"}`, "")), "s3:TestEvent"},
		"subscription":    {records(sqsRecord("m1", strings.Replace(snsMessage("n", "SECRET"), "Notification", "SubscriptionConfirmation", 1), "")), "subscription"},
		"Kinesis no data": {records(`{"eventSource":"aws:kinesis","kinesis":{"sequenceNumber":"m1"}}`), "no data"},
		"not base64":      {records(`{"eventSource":"aws:kinesis","kinesis":{"sequenceNumber":"m1","data":"SECRET!"}}`), "not base64"},
	} {
		items, err := eventbridge.Unwrap([]byte(c.payload))
		if err != nil || len(items) != 1 || items[0].Event != nil || items[0].RecordID != "m1" {
			t.Errorf("%s: %+v, %v", name, items, err)
			continue
		}
		if err := items[0].Err; !errors.Is(err, eventbridge.ErrUnwrap) || !strings.Contains(err.Error(), c.says) || strings.Contains(err.Error(), "SECRET") {
			t.Errorf("%s: %v, want it to say %q", name, err, c.says)
		}
	}
	for name, payload := range map[string]string{
		"request without a body": `{"requestContext":{},"headers":{},"body":null}`,
		"request not base64":     `{"requestContext":{},"headers":{},"body":"!","isBase64Encoded":true}`,
		"SNS without a message":  records(`{"EventSource":"aws:sns","Sns":{"Type":"Notification"}}`),
		"SNS of null":            records(`{"EventSource":"aws:sns"}`),
	} {
		items, err := eventbridge.Unwrap([]byte(payload))
		if err == nil && (len(items) != 1 || items[0].Err == nil) {
			t.Errorf("%s: %+v", name, items)
		}
	}
}

// One bad message leaves the others alone.
func TestUnwrapGoesOnBehindABadMessage(t *testing.T) {
	t.Parallel()
	items, err := eventbridge.Unwrap([]byte(records(sqsRecord("m1", placed, ""), sqsRecord("m2", "?", ""), sqsRecord("m3", placed, ""))))
	if err != nil || len(items) != 3 {
		t.Fatal(items, err)
	}
	for i, item := range items {
		if (item.Err != nil) != (i == 1) || (item.Event == nil) != (i == 1) || item.RecordID != fmt.Sprint("m", i+1) {
			t.Errorf("item %d is %+v", i, item)
		}
	}
}

func TestUnwrapBoundsItsItems(t *testing.T) {
	t.Parallel()
	many := `[` + strings.Repeat(`0,`, 99_999) + `0]`
	if items, err := eventbridge.Unwrap([]byte(many)); err != nil || len(items) != 100_000 {
		t.Errorf("%d items, %v", len(items), err)
	}
	if items, err := eventbridge.Unwrap([]byte(`[0,` + many[1:])); items != nil || !errors.Is(err, eventbridge.ErrUnwrap) {
		t.Errorf("%d items, %v", len(items), err)
	}
}

func TestUnwrapCopies(t *testing.T) {
	t.Parallel()
	payload := []byte(placed)
	items, err := eventbridge.Unwrap(payload)
	if err != nil {
		t.Fatal(err)
	}
	payload[0] = '!'
	if string(items[0].Event) != placed {
		t.Errorf("the event changed with the payload: %s", items[0].Event)
	}
}
