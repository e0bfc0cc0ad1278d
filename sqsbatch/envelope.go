package sqsbatch

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// DecodingStep takes one layer off a message's body: [SNSEnvelope], [EventBridgeEnvelope], [S3Notification], [Base64] or
// [Gzip].
type DecodingStep struct {
	name string
	take func([]byte) ([]byte, error)
}

// WithDecoding takes layers off each body before it is decoded into the handler's type, from the outside in:
//
//	sqsbatch.WithDecoding(sqsbatch.SNSEnvelope(), sqsbatch.Base64(), sqsbatch.Gzip(1<<20))
//
// is for a topic's messages that were compressed and then made text. A body that has not the layer it should have cannot be
// decoded: it fails its message with a [*DecodeError] that names the layer, or goes to [WithUndecodable]. It panics without
// steps, Handle when the handler takes messages as they came.
func WithDecoding(steps ...DecodingStep) Option {
	if len(steps) == 0 {
		panic("sqsbatch: WithDecoding needs at least one step")
	}
	for _, step := range steps {
		if step.take == nil {
			panic("sqsbatch: WithDecoding got a step that none of this package's functions made")
		}
	}
	return option(func(s *settings) { s.steps = append(s.steps, steps...) })
}

// unwrap takes the layers off. When it fails it names the step that did.
func unwrap(steps []DecodingStep, body []byte) ([]byte, string, error) {
	for i := range steps {
		var err error
		if body, err = steps[i].take(body); err != nil {
			return nil, steps[i].name, err
		}
	}
	return body, "", nil
}

// stepError is a reason that quotes nothing and can be told.
type stepError string

func (e stepError) Error() string { return string(e) }

const errTestEvent = stepError("sqsbatch: it is the s3:TestEvent of a new notification configuration")

// SNSEnvelope takes the message out of the notification that an Amazon SNS topic delivers: a JSON object whose Type is
// "Notification". Nothing else passes, so that a body is never taken for a message that it is not: for a subscription with
// raw message delivery, which sends no envelope, leave the step out.
func SNSEnvelope() DecodingStep {
	return DecodingStep{"SNS envelope", func(body []byte) ([]byte, error) {
		var envelope struct {
			Type, TopicArn string
			Message        *string
		}
		if err := json.Unmarshal(body, &envelope); err != nil {
			return nil, err
		}
		if envelope.Type != "Notification" || envelope.TopicArn == "" || envelope.Message == nil {
			return nil, stepError("it is no notification of a topic: does the subscription use raw message delivery?")
		}
		return []byte(*envelope.Message), nil
	}}
}

// EventBridgeEnvelope takes the detail out of an Amazon EventBridge event: a JSON object with source, detail-type and detail.
// A rule whose target has an input transformer or input path sends something else: leave the step out for it. So do for a
// handler that wants the whole event, such as one of package eventbridge's Event types.
func EventBridgeEnvelope() DecodingStep {
	return DecodingStep{"EventBridge envelope", func(body []byte) ([]byte, error) {
		var envelope struct {
			Source     string          `json:"source"`
			DetailType string          `json:"detail-type"`
			Detail     json.RawMessage `json:"detail"`
		}
		if err := json.Unmarshal(body, &envelope); err != nil {
			return nil, err
		}
		if envelope.Source == "" || envelope.DetailType == "" || len(envelope.Detail) == 0 {
			return nil, stepError("it is no event of a bus: has the rule's target an input transformer?")
		}
		return envelope.Detail, nil
	}}
}

// S3Notification checks that the body is an event notification of Amazon S3 and hands it on as it is, for a handler that takes
// an [github.com/aws/aws-lambda-go/events.S3Event]. Key of the objects in it is URL-encoded, as S3 sends it, and
// URLDecodedKey is decoded.
//
// S3 sends a test event, which has no records, when notifications are configured. With this step it is not given to the
// handler, its message is deleted, and the report says [TestEvent]. Without this step it would be an events.S3Event with no
// records.
func S3Notification() DecodingStep {
	return DecodingStep{"S3 notification", func(body []byte) ([]byte, error) {
		var notification struct {
			Event   string
			Records []struct {
				EventSource string `json:"eventSource"`
			}
		}
		if err := json.Unmarshal(body, &notification); err != nil {
			return nil, err
		}
		if notification.Event == "s3:TestEvent" && len(notification.Records) == 0 {
			return nil, errTestEvent
		}
		for _, r := range notification.Records {
			if r.EventSource != "aws:s3" {
				return nil, stepError("it has records of another service than Amazon S3")
			}
		}
		if len(notification.Records) == 0 {
			return nil, stepError("it has no records")
		}
		return body, nil
	}}
}

// Base64 decodes standard base64 with padding (RFC 4648, section 4), which is how bytes travel in a body that must be text.
func Base64() DecodingStep {
	return DecodingStep{"base64", func(body []byte) ([]byte, error) {
		decoded := make([]byte, base64.StdEncoding.DecodedLen(len(body)))
		n, err := base64.StdEncoding.Decode(decoded, body)
		return decoded[:n], err
	}}
}

// Gzip decompresses gzip (RFC 1952). What decompresses to more than limit bytes is refused, and no more than that, and what a
// doubling buffer adds, is held in memory for each message that is being decoded: a body of a megabyte can decompress to a
// gigabyte. A gzip stream is not text: usually [Base64] comes before it. It panics when limit is less than 1.
func Gzip(limit int) DecodingStep {
	if limit < 1 {
		panic(fmt.Sprintf("sqsbatch: Gzip(%d): need a limit of at least 1 byte", limit))
	}
	tooLong := stepError(fmt.Sprintf("it decompresses to more than the limit of %d bytes", limit))
	return DecodingStep{"gzip", func(body []byte) ([]byte, error) {
		r, err := gzip.NewReader(bytes.NewReader(body))
		if err != nil {
			return nil, notGzip(err)
		}
		var out bytes.Buffer
		if _, err = io.CopyN(&out, r, int64(limit)); err != nil && !errors.Is(err, io.EOF) {
			return nil, notGzip(err)
		}
		if err == nil { // the limit is reached: the stream must end here, and its checksum be right
			if n, err := io.CopyN(io.Discard, r, 1); n > 0 {
				return nil, tooLong
			} else if !errors.Is(err, io.EOF) {
				return nil, notGzip(err)
			}
		}
		return out.Bytes(), nil
	}}
}

// notGzip says what is wrong with a stream. The reader's own errors tell of the format and quote nothing.
func notGzip(err error) error {
	return fmt.Errorf("%w: %w", stepError("it is no complete gzip stream"), err)
}
