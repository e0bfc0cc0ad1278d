package tracingaws

import (
	"reflect"
	"strings"
	"sync"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/trace"
)

// plan says what a span takes from the input and the output of an operation. Inputs are known by the names of their fields:
// importing their types would link every service into every function.
type plan struct {
	kind  trace.SpanKind
	fixed []attribute.KeyValue
	// from reads fields of the input.
	from []func(list []attribute.KeyValue, input reflect.Value) []attribute.KeyValue
	// messageID is whether the output has one.
	messageID bool
}

// plans remembers them by the type of the input, of which every operation has its own.
type plans struct{ known sync.Map }

func (p *plans) of(service, operation string, input any) *plan {
	t := reflect.TypeOf(input)
	if t == nil {
		return &plan{kind: trace.SpanKindClient}
	}
	if found, ok := p.known.Load(t); ok {
		return found.(*plan)
	}
	made := newPlan(service, operation)
	if t.Kind() != reflect.Pointer || t.Elem().Kind() != reflect.Struct {
		made.from = nil
	}
	found, _ := p.known.LoadOrStore(t, made)
	return found.(*plan)
}

func (p *plan) request(list []attribute.KeyValue, input any) []attribute.KeyValue {
	list = append(list, p.fixed...)
	if len(p.from) == 0 {
		return list
	}
	v := reflect.ValueOf(input)
	if v.IsNil() {
		return list
	}
	for _, read := range p.from {
		list = read(list, v.Elem())
	}
	return list
}

func (p *plan) response(output any) []attribute.KeyValue {
	if !p.messageID {
		return nil
	}
	v := reflect.ValueOf(output)
	if v.Kind() != reflect.Pointer || v.IsNil() || v.Elem().Kind() != reflect.Struct {
		return nil
	}
	if id := text(v.Elem().FieldByName("MessageId")); id != "" {
		return []attribute.KeyValue{attribute.String("messaging.message.id", id)}
	}
	return nil
}

func newPlan(service, operation string) *plan {
	p := &plan{kind: trace.SpanKindClient}
	switch service {
	case "DynamoDB":
		p.fixed = []attribute.KeyValue{attribute.String("db.system.name", "aws.dynamodb"), attribute.String("db.operation.name", operation)}
		p.read(tableNames)
		p.field("IndexName", func(list []attribute.KeyValue, name string) []attribute.KeyValue {
			return append(list, attribute.String("aws.dynamodb.index_name", name))
		})
	case "SQS":
		p.messaging("aws_sqs", operation)
		p.field("QueueUrl", func(list []attribute.KeyValue, url string) []attribute.KeyValue {
			return append(list, attribute.String("aws.sqs.queue.url", url), attribute.String("messaging.destination.name", after(url, "/")))
		})
		p.read(batchSize("Entries"))
	case "SNS":
		p.messaging("aws.sns", operation)
		p.field("TopicArn", func(list []attribute.KeyValue, arn string) []attribute.KeyValue {
			return append(list, attribute.String("aws.sns.topic.arn", arn), attribute.String("messaging.destination.name", after(arn, ":")))
		})
		p.read(batchSize("PublishBatchRequestEntries"))
	case "Lambda":
		p.field("FunctionName", func(list []attribute.KeyValue, name string) []attribute.KeyValue {
			if operation != "Invoke" && operation != "InvokeWithResponseStream" {
				return list
			}
			return append(list, attribute.String("faas.invoked_name", functionName(name)), attribute.String("faas.invoked_provider", "aws"))
		})
	case "SFN":
		p.attribute("StateMachineArn", "aws.step_functions.state_machine.arn")
	case "Kinesis":
		p.attribute("StreamName", "aws.kinesis.stream_name")
	case "S3":
		p.attribute("Bucket", "aws.s3.bucket")
	}
	return p
}

type reader = func([]attribute.KeyValue, reflect.Value) []attribute.KeyValue

func (p *plan) read(r reader) { p.from = append(p.from, r) }

// field reads a text that is there.
func (p *plan) field(name string, then func([]attribute.KeyValue, string) []attribute.KeyValue) {
	p.read(func(list []attribute.KeyValue, input reflect.Value) []attribute.KeyValue {
		if s := text(input.FieldByName(name)); s != "" {
			return then(list, s)
		}
		return list
	})
}

func (p *plan) attribute(field string, key attribute.Key) {
	p.field(field, func(list []attribute.KeyValue, s string) []attribute.KeyValue { return append(list, key.String(s)) })
}

func (p *plan) messaging(system, operation string) {
	name, kind := operation, ""
	switch operation {
	case "SendMessage", "SendMessageBatch", "Publish", "PublishBatch":
		name, kind = "send", "send"
		p.kind = trace.SpanKindProducer
		p.messageID = !strings.HasSuffix(operation, "Batch")
	case "ReceiveMessage":
		name, kind = "receive", "receive"
	case "DeleteMessage", "DeleteMessageBatch":
		name, kind = "delete", "settle"
	}
	p.fixed = []attribute.KeyValue{attribute.String("messaging.system", system), attribute.String("messaging.operation.name", name)}
	if kind != "" {
		p.fixed = append(p.fixed, attribute.String("messaging.operation.type", kind))
	}
}

func batchSize(field string) reader {
	return func(list []attribute.KeyValue, input reflect.Value) []attribute.KeyValue {
		if v := input.FieldByName(field); v.Kind() == reflect.Slice {
			return append(list, attribute.Int("messaging.batch.message_count", v.Len()))
		}
		return list
	}
}

// text returns a *string that is set, or a string.
func text(v reflect.Value) string {
	if v.Kind() == reflect.Pointer && !v.IsNil() {
		v = v.Elem()
	}
	if v.Kind() == reflect.String {
		return v.String()
	}
	return ""
}

// after returns what comes after the last separator, all of it if there is none.
func after(s, separator string) string {
	if i := strings.LastIndex(s, separator); i >= 0 {
		return s[i+len(separator):]
	}
	return s
}

// functionName takes the name out of what Invoke takes: name, name:alias, account:function:name, or an ARN, with or without
// a qualifier.
func functionName(s string) string {
	if _, rest, ok := strings.Cut(s, ":function:"); ok {
		s = rest
	}
	name, _, _ := strings.Cut(s, ":")
	return name
}
