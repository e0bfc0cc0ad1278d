package envelopetest

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/url"
	"strings"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"github.com/lambdapatterns/lambdapatterns/internal/uuid"
)

// milliseconds3339 is how SNS and S3 write a time.
const milliseconds3339 = "2006-01-02T15:04:05.000Z"

// SNS returns the notification in which a topic delivers a message to a queue, without raw message delivery. The
// attributes are those of the message in the topic; the message in the queue has none. The signature is not a valid one.
func SNS(topicARN, message string, attributes map[string]events.SQSMessageAttribute) string {
	type attribute struct{ Type, Value string }
	n := struct {
		Type      string
		MessageID string `json:"MessageId"`

		TopicArn, Message, Timestamp, SignatureVersion, Signature, SigningCertURL, UnsubscribeURL string

		MessageAttributes map[string]attribute `json:",omitempty"`
	}{
		Type: "Notification", MessageID: uuid.New(), TopicArn: topicARN, Message: message,
		Timestamp: time.Now().UTC().Format(milliseconds3339), SignatureVersion: "1", Signature: "EXAMPLE",
		SigningCertURL: "https://sns." + regionOf(topicARN) + ".amazonaws.com/SimpleNotificationService-EXAMPLE.pem",
		UnsubscribeURL: "https://sns." + regionOf(topicARN) + ".amazonaws.com/?Action=Unsubscribe&SubscriptionArn=" + topicARN + ":" + uuid.New(),
	}
	for name, a := range attributes {
		if n.MessageAttributes == nil {
			n.MessageAttributes = map[string]attribute{}
		}
		value := base64.StdEncoding.EncodeToString(a.BinaryValue)
		if a.StringValue != nil {
			value = *a.StringValue
		}
		n.MessageAttributes[name] = attribute{a.DataType, value}
	}
	return compact(n)
}

// EventBridge returns the event that a rule of an event bus sends to a queue, without an input transformer. detail is a
// JSON object; anything else is an error, for the bus takes nothing else.
func EventBridge(source, detailType string, detail []byte) (string, error) {
	var object map[string]json.RawMessage
	if err := json.Unmarshal(detail, &object); err != nil || object == nil {
		return "", errors.New("envelopetest: an event's detail must be a JSON object")
	}
	if source == "" || detailType == "" {
		return "", errors.New("envelopetest: an event must have a source and a detail-type")
	}
	return compact(struct {
		Version    string          `json:"version"`
		ID         string          `json:"id"`
		DetailType string          `json:"detail-type"`
		Source     string          `json:"source"`
		Account    string          `json:"account"`
		Time       string          `json:"time"`
		Region     string          `json:"region"`
		Resources  []string        `json:"resources"`
		Detail     json.RawMessage `json:"detail"`
	}{
		"0", uuid.New(), detailType, source, "123456789012", time.Now().UTC().Format(time.RFC3339), "us-east-1", []string{}, detail,
	}), nil
}

// S3 returns the notification of an object that was put into a bucket. The key is URL-encoded in it, as S3 does, with a
// plus sign for a space.
func S3(bucket, key string, size int64) string {
	type object = map[string]any // events.S3Event would write a decoded key, which S3 does not
	return compact(object{"Records": []object{{
		"eventVersion": "2.1", "eventSource": "aws:s3", "awsRegion": "us-east-1", "eventName": "ObjectCreated:Put",
		"eventTime":         time.Now().UTC().Format(milliseconds3339),
		"userIdentity":      object{"principalId": "AWS:AROAEXAMPLEEXAMPLE000"},
		"requestParameters": object{"sourceIPAddress": "192.0.2.1"},
		"responseElements":  object{"x-amz-request-id": "C3D13FE58DE4C810", "x-amz-id-2": "EXAMPLE"},
		"s3": object{
			"s3SchemaVersion": "1.0", "configurationId": "uploads",
			"bucket": object{"name": bucket, "ownerIdentity": object{"principalId": "A1EXAMPLE"}, "arn": "arn:aws:s3:::" + bucket},
			"object": object{
				"key": strings.ReplaceAll(url.QueryEscape(key), "%2F", "/"), "size": size,
				"eTag": "d41d8cd98f00b204e9800998ecf8427e", "sequencer": "0055AED6DCD90281E5",
			},
		},
	}}})
}

// S3TestEvent returns the test event that S3 sends when a bucket's notifications are configured. It has no records.
func S3TestEvent(bucket string) string {
	return compact(struct {
		Service, Event, Time, Bucket string
		RequestID                    string `json:"RequestId"`
		HostID                       string `json:"HostId"`
	}{
		"Amazon S3", "s3:TestEvent", time.Now().UTC().Format(milliseconds3339), bucket, "5582815E1AEA5ADF", "EXAMPLE",
	})
}

// GzipBase64 returns a body compressed with gzip and made text with base64.
func GzipBase64(body string) string {
	var compressed bytes.Buffer
	w := gzip.NewWriter(&compressed)
	_, _ = w.Write([]byte(body)) // a Buffer takes everything
	_ = w.Close()
	return base64.StdEncoding.EncodeToString(compressed.Bytes())
}

// compact writes JSON as AWS does, with <, > and & as they are. What it gets always encodes.
func compact(v any) string {
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(v); err != nil {
		panic("envelopetest: " + err.Error())
	}
	return strings.TrimSuffix(text.String(), "\n")
}

// regionOf returns the region that an ARN names.
func regionOf(arn string) string {
	if parts := strings.SplitN(arn, ":", 6); len(parts) == 6 {
		return parts[3]
	}
	return ""
}
