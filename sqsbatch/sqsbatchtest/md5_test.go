package sqsbatchtest

import (
	"testing"

	"github.com/aws/aws-lambda-go/events"
)

// The digests are those that Amazon SQS answered with for the same attributes.
func TestMD5OfAttributes(t *testing.T) {
	t.Parallel()
	text := func(s string) events.SQSMessageAttribute {
		return events.SQSMessageAttribute{DataType: "String", StringValue: &s}
	}
	for _, test := range []struct {
		want       string
		attributes map[string]events.SQSMessageAttribute
	}{
		{"", nil},
		{"ae7155c6026991b6d54b11589678bf9c", map[string]events.SQSMessageAttribute{"Foo": text("Bar")}},
		{"4c360f3fdafd970e05fae2f149d997f5", map[string]events.SQSMessageAttribute{
			"Hello": text("There"), "General": text("Kenobi"), "Help.Me": text("Me"),
		}},
		{"8cbe4db156db8a94db8b801b7addb984", map[string]events.SQSMessageAttribute{
			"attr1": {DataType: "Binary", BinaryValue: []byte("traceparent\x1e00-774062d6c37081a5a0b9b5b88e30627c-2d2482211f6489da-01")},
		}},
	} {
		if got := md5OfAttributes(test.attributes); got != test.want {
			t.Errorf("digest of %v is %q, want %q", test.attributes, got, test.want)
		}
	}
}
