package envelopetest_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/aws/aws-lambda-go/events"

	"github.com/lambdapatterns/lambdapatterns/sqsbatch/envelope"
	"github.com/lambdapatterns/lambdapatterns/sqsbatch/envelope/envelopetest"
)

// What the functions put together the steps take apart.
func TestBodies(t *testing.T) {
	t.Parallel()
	one := "1"
	const body = `{"a":"<é&>"}`
	bus, err := envelopetest.EventBridge("shop.orders", "Order Placed", []byte(body))
	if err != nil {
		t.Fatal(err)
	}
	s3 := envelopetest.S3("uploads", "summer holidays/café+1.jpg", 7)
	for name, test := range map[string]struct {
		body, want string
		steps      []envelope.Step
		err        error
	}{
		"SNS": {envelopetest.SNS("arn:aws:sns:eu-west-1:123456789012:t", body, map[string]events.SQSMessageAttribute{"n": {DataType: "Number", StringValue: &one}}),
			body, []envelope.Step{envelope.SNS()}, nil},
		"SNS, base64, gzip": {envelopetest.SNS("arn:aws:sns:eu-west-1:123456789012:t", envelopetest.GzipBase64(body), nil),
			body, []envelope.Step{envelope.SNS(), envelope.Base64(), envelope.Gzip(100)}, nil},
		"EventBridge": {bus, body, []envelope.Step{envelope.EventBridge()}, nil},
		"S3":          {s3, s3, []envelope.Step{envelope.S3()}, nil},
		"S3 test":     {envelopetest.S3TestEvent("uploads"), "", []envelope.Step{envelope.S3()}, envelope.ErrTestEvent},
	} {
		got := []byte(test.body)
		var err error
		for _, step := range test.steps {
			if got, err = step(got); err != nil {
				break
			}
		}
		if string(got) != test.want || err != test.err {
			t.Errorf("%s: %q came out, want %q; %v", name, got, test.want, err)
		}
	}
	var s3Event events.S3Event
	if err := json.Unmarshal([]byte(s3), &s3Event); err != nil {
		t.Fatal(err)
	}
	if o := s3Event.Records[0].S3.Object; o.Key != "summer+holidays/caf%C3%A9%2B1.jpg" || o.URLDecodedKey != "summer holidays/café+1.jpg" || o.Size != 7 {
		t.Errorf("object is %+v", o)
	}
	if strings.Contains(strings.ToLower(s3), "urldecoded") {
		t.Errorf("S3 sends no decoded key: %s", s3)
	}
	for _, detail := range []string{"", "null", "[]", "1", "{"} {
		if _, err := envelopetest.EventBridge("a", "b", []byte(detail)); err == nil {
			t.Errorf("detail %q was taken", detail)
		}
	}
}
