package eventbridge

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// Bounds of what [Unwrap] goes into. Nothing that AWS sends comes near them.
const (
	maxNesting = 8
	maxItems   = 100_000
)

// Unwrap finds the events of EventBridge in the payload of a function, whatever has invoked it. It looks into:
//
//   - an event itself, and a JSON array of what is in this list, which EventBridge Pipes and some kinds of event buses send;
//   - records of SQS, SNS and Kinesis, both as Lambda's event source mappings and as Pipes write them;
//   - a message of SNS that is in one of SQS or in the body of a request;
//   - a message of the dead-letter queue of a rule's target, whose reasons are in [Item.DeadLetter];
//   - the record that Lambda sends to the destination of a function that failed or succeeded, for the event in its
//     requestPayload;
//   - an HTTP request to an API Gateway, a load balancer or a function URL, for the body that an API destination of EventBridge
//     has sent. Whoever can reach the address can send one: check who did.
//
// Items come in the order of the payload. One that is something else than an event has an [*UnwrapError] in place of the event,
// and is to be reported like one whose handler failed; so is what is nested deeper than 8 levels. Unwrap itself fails with an
// [*UnwrapError] for a payload of another kind, such as an S3 event notification, for an empty array or list of records, for
// what is not JSON, and for more than 100,000 items. So without an error there is at least one item.
//
// Nothing in the items refers to payload.
func Unwrap(payload []byte) ([]Item, error) {
	u := unwrapper{}
	if err := u.value(payload, Item{}); err != nil {
		return nil, err
	}
	if len(u.items) == 1 && u.items[0].Err != nil && len(u.items[0].Path) == 0 {
		return nil, u.items[0].Err
	}
	return u.items, nil
}

type unwrapper struct{ items []Item }

// other adds what is no event. found names it.
func (u *unwrapper) other(found string, at Item) error {
	at.Err = &UnwrapError{Found: found, Path: at.Path}
	return u.add(at)
}

// add fails when there are too many items.
func (u *unwrapper) add(item Item) error {
	if len(u.items) == maxItems {
		return &UnwrapError{Found: fmt.Sprintf("more than %d items", maxItems)}
	}
	u.items = append(u.items, item)
	return nil
}

// in returns the place of what the carrier holds.
func (i Item) in(carrier string) Item {
	i.Path = append(slices.Clip(i.Path), carrier)
	return i
}

// message is an object of which it is not known yet what it is. Its names are exact, unlike those of a struct.
type message map[string]json.RawMessage

// text returns a string, and whether there is one.
func (m message) text(name string) (string, bool) {
	var s *string
	if m[name] == nil || json.Unmarshal(m[name], &s) != nil || s == nil {
		return "", false
	}
	return *s, true
}

func (m message) has(names ...string) bool {
	for _, name := range names {
		if m[name] == nil {
			return false
		}
	}
	return true
}

func (u *unwrapper) value(data []byte, at Item) error {
	data = bytes.TrimLeft(data, " \t\r\n")
	switch {
	case len(at.Path) > maxNesting:
		return u.other("something nested too deeply", at)
	case bytes.HasPrefix(data, []byte("[")):
		var list []json.RawMessage
		if json.Unmarshal(data, &list) == nil {
			return u.array(list, at)
		}
	case bytes.HasPrefix(data, []byte("{")):
		var m message
		if json.Unmarshal(data, &m) == nil {
			return u.object(data, m, at)
		}
	case json.Valid(data):
		return u.other("JSON that is neither an object nor an array", at)
	}
	return u.other("something that is not JSON", at)
}

func (u *unwrapper) array(list []json.RawMessage, at Item) error {
	if len(list) == 0 {
		return u.other("an empty array", at)
	}
	at = at.in(CarrierArray)
	for _, one := range list {
		if err := u.value(one, at); err != nil {
			return err
		}
	}
	return nil
}

func (u *unwrapper) object(data []byte, m message, at Item) error {
	source, isEvent := m.text("source")
	detailType, hasType := m.text("detail-type")
	topic, _ := m.text("TopicArn")
	switch {
	case isEvent && hasType && source != "" && detailType != "" && m.has("detail"):
		at.Event = slices.Clone(data)
		return u.add(at)
	case m.has("Records"):
		return u.records(m["Records"], at)
	case m.has("eventSource") || m.has("EventSource"):
		return u.record(m, at)
	case m.has("Type", "Message") && topic != "":
		return u.notification(m, at)
	case m.has("requestContext", "requestPayload"):
		return u.value(m["requestPayload"], at.in(CarrierDestination))
	case m.has("requestContext") && (m.has("headers") || m.has("multiValueHeaders")):
		return u.request(m, at)
	case string(m["Event"]) == `"s3:TestEvent"`:
		return u.other("the test notification of S3 (s3:TestEvent)", at)
	case m.has("awslogs"):
		return u.other("log events of CloudWatch", at)
	}
	return u.other("an object without source, detail-type and detail", at)
}

func (u *unwrapper) records(data []byte, at Item) error {
	var records []message
	if json.Unmarshal(data, &records) != nil {
		return u.other("Records that are no list of objects", at)
	}
	if len(records) == 0 {
		return u.other("an empty list of Records", at)
	}
	for _, r := range records {
		if err := u.record(r, at); err != nil {
			return err
		}
	}
	return nil
}

// record goes into a record of an event source. Only an outermost one is a record of the batch that the function was
// called with: one further in was a payload of another function.
func (u *unwrapper) record(m message, at Item) error {
	source, ok := m.text("eventSource")
	if !ok {
		source, _ = m.text("EventSource")
	}
	outermost := !slices.ContainsFunc(at.Path, func(c string) bool { return c != CarrierArray })
	if outermost {
		at.SourceARN, _ = m.text("eventSourceARN")
	}
	switch source {
	case "aws:sqs":
		return u.sqs(m, at.in(CarrierSQS), outermost)
	case "aws:kinesis":
		return u.kinesis(m, at.in(CarrierKinesis), outermost)
	case "aws:sns":
		var notification message
		if json.Unmarshal(m["Sns"], &notification) != nil {
			return u.other("a record of SNS without a message", at)
		}
		if outermost {
			at.SourceARN, _ = notification.text("TopicArn")
		}
		return u.notification(notification, at)
	}
	found := "a record of an unknown source"
	switch {
	case source == "aws:s3":
		found = "an S3 event notification: use s3event.DecodeChanges"
	case source == "aws:dynamodb":
		found = "a record of a DynamoDB stream"
	case strings.HasPrefix(source, "aws:") && len(source) < 40:
		found = fmt.Sprintf("a record of %q", source)
	}
	if len(at.Path) == 0 {
		return &UnwrapError{Found: found} // all records of a batch are of one source
	}
	return u.other(found, at)
}

func (u *unwrapper) sqs(m message, at Item, outermost bool) error {
	if outermost {
		at.RecordID, _ = m.text("messageId")
	}
	var attributes sqsAttributes
	if raw := m["messageAttributes"]; raw != nil && json.Unmarshal(raw, &attributes) == nil {
		at.DeadLetter = attributes.deadLetter()
	}
	body, ok := m.text("body")
	if !ok {
		return u.other("no body", at)
	}
	return u.value([]byte(body), at)
}

func (u *unwrapper) kinesis(m message, at Item, outermost bool) error {
	record := m // as Pipes write it: all in one object
	if raw := m["kinesis"]; raw != nil {
		record = nil
		if json.Unmarshal(raw, &record) != nil {
			return u.other("no data", at)
		}
	}
	if outermost {
		at.RecordID, _ = record.text("sequenceNumber")
		id, _ := m.text("eventID") // shardId-000000000006:49590338271490256608559692538361571095921575989136588898
		at.ShardID, _, _ = strings.Cut(id, ":")
	}
	text, ok := record.text("data")
	if !ok {
		return u.other("no data", at)
	}
	data, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		return u.other("data that is not base64", at)
	}
	return u.value(data, at)
}

// notification goes into a message of SNS, in a record of Lambda or in the JSON that SNS sends to queues and over HTTP.
func (u *unwrapper) notification(m message, at Item) error {
	at = at.in(CarrierSNS)
	at.SNSMessageID, _ = m.text("MessageId")
	if kind, _ := m.text("Type"); kind != "Notification" {
		return u.other("a message about a subscription", at)
	}
	text, ok := m.text("Message")
	if !ok {
		return u.other("no message", at)
	}
	return u.value([]byte(text), at)
}

func (u *unwrapper) request(m message, at Item) error {
	at = at.in(CarrierHTTP)
	body, ok := m.text("body")
	if !ok {
		return u.other("no body", at)
	}
	data := []byte(body)
	if string(m["isBase64Encoded"]) == "true" {
		var err error
		if data, err = base64.StdEncoding.DecodeString(body); err != nil {
			return u.other("a body that is not base64", at)
		}
	}
	return u.value(data, at)
}
