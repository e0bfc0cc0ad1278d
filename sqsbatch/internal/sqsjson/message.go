package sqsjson

import (
	"encoding/base64"

	"github.com/aws/aws-lambda-go/events"
)

var messageKeys = [...]string{"messageId", "receiptHandle", "body", "md5OfBody", "md5OfMessageAttributes", "attributes",
	"messageAttributes", "eventSourceARN", "eventSource", "awsRegion"}

func (d *decoder) message(m *events.SQSMessage) {
	if d.Null() {
		return
	}
	d.Take('{')
	seen := 0 // a bit for each field
	for i := 0; d.More(i, '}'); i++ {
		field := 0
		switch key := d.Key(); string(key) {
		case "messageId":
			field = 1 << 0
			m.MessageId = d.String()
		case "receiptHandle":
			field = 1 << 1
			m.ReceiptHandle = d.String()
		case "body":
			field = 1 << 2
			m.Body = d.String()
		case "md5OfBody":
			field = 1 << 3
			m.Md5OfBody = d.String()
		case "md5OfMessageAttributes":
			field = 1 << 4
			m.Md5OfMessageAttributes = d.String()
		case "attributes":
			field = 1 << 5
			m.Attributes = d.attributeMap()
		case "messageAttributes":
			field = 1 << 6
			m.MessageAttributes = d.typedMap()
		case "eventSourceARN":
			field = 1 << 7
			m.EventSourceARN = d.Repeated(&d.last.arn)
		case "eventSource":
			field = 1 << 8
			m.EventSource = d.Repeated(&d.last.source)
		case "awsRegion":
			field = 1 << 9
			m.AWSRegion = d.Repeated(&d.last.region)
		default:
			d.Unknown(key, messageKeys[:]...)
		}
		if seen&field != 0 {
			d.GiveUp()
		}
		seen |= field
	}
}

// attribute is one of a message's attributes until it is known for how many the map has to be made.
type attribute struct{ name, value string }

func (d *decoder) attributeMap() map[string]string {
	if d.Null() {
		return nil
	}
	d.Take('{')
	var room [9]attribute // as many as SQS has
	all := room[:0]
	for i := 0; d.More(i, '}'); i++ {
		raw, size := d.Quoted()
		name := attributeName(raw)
		if name == "" {
			name = d.Text(raw, size)
		}
		d.Take(':')
		all = append(all, attribute{name, d.String()})
	}
	m := make(map[string]string, len(all))
	for _, a := range all {
		m[a.name] = a.value // of a name that comes twice the later value stays, as with encoding/json
	}
	return m
}

// attributeName returns SQS's name for an attribute without allocating it, or "" for a name that is not known here.
func attributeName(raw []byte) string {
	switch string(raw) {
	case "ApproximateReceiveCount":
		return "ApproximateReceiveCount"
	case "SentTimestamp":
		return "SentTimestamp"
	case "SenderId":
		return "SenderId"
	case "ApproximateFirstReceiveTimestamp":
		return "ApproximateFirstReceiveTimestamp"
	case "AWSTraceHeader":
		return "AWSTraceHeader"
	case "SequenceNumber":
		return "SequenceNumber"
	case "MessageGroupId":
		return "MessageGroupId"
	case "MessageDeduplicationId":
		return "MessageDeduplicationId"
	case "DeadLetterQueueSourceArn":
		return "DeadLetterQueueSourceArn"
	}
	return ""
}

// typedAttribute is one of a message's message attributes until it is known for how many the map has to be made.
type typedAttribute struct {
	name  string
	value events.SQSMessageAttribute
}

func (d *decoder) typedMap() map[string]events.SQSMessageAttribute {
	if d.Null() {
		return nil
	}
	d.Take('{')
	all := d.typed[:0]
	for i := 0; d.More(i, '}'); i++ {
		raw, size := d.Quoted()
		name := d.Text(raw, size)
		d.Take(':')
		if all == nil {
			all = make([]typedAttribute, 0, 10) // as many as SQS takes
		}
		all = append(all, typedAttribute{name, d.typedAttribute()})
	}
	d.typed = all
	m := make(map[string]events.SQSMessageAttribute, len(all))
	for i := range all {
		m[all[i].name] = all[i].value
	}
	return m
}

var typedKeys = [...]string{"stringValue", "binaryValue", "stringListValues", "binaryListValues", "dataType"}

func (d *decoder) typedAttribute() (a events.SQSMessageAttribute) {
	if d.Null() {
		return a
	}
	d.Take('{')
	seen := 0 // a bit for each field
	for i := 0; d.More(i, '}'); i++ {
		field := 0
		switch key := d.Key(); string(key) {
		case "stringValue":
			field = 1 << 0
			if !d.Null() {
				a.StringValue = new(d.String())
			}
		case "binaryValue":
			field = 1 << 1
			a.BinaryValue = d.binary()
		case "stringListValues":
			field = 1 << 2
			if d.Array() {
				a.StringListValues = []string{}
				for i := 0; d.More(i, ']'); i++ {
					a.StringListValues = append(a.StringListValues, d.String())
				}
			}
		case "binaryListValues":
			field = 1 << 3
			if d.Array() {
				a.BinaryListValues = [][]byte{}
				for i := 0; d.More(i, ']'); i++ {
					a.BinaryListValues = append(a.BinaryListValues, d.binary())
				}
			}
		case "dataType":
			field = 1 << 4
			a.DataType = d.Repeated(&d.last.dataType)
		default:
			d.Unknown(key, typedKeys[:]...)
		}
		if seen&field != 0 {
			d.GiveUp()
		}
		seen |= field
	}
	return a
}

// binary takes base64. It leaves the other things that encoding/json makes bytes of, arrays and escaped strings, to it.
func (d *decoder) binary() []byte {
	if d.Null() {
		return nil
	}
	start := d.Offset()
	raw, size := d.Quoted()
	b := make([]byte, base64.StdEncoding.DecodedLen(len(raw)))
	n, err := base64.StdEncoding.Decode(b, raw)
	if err != nil || size != len(raw) {
		d.GiveUpAt(start)
	}
	return b[:n]
}
