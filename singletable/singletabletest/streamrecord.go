package singletabletest

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"

	"github.com/aws/aws-lambda-go/events"
)

const (
	streamSource    = "aws:dynamodb"
	streamRegion    = "us-east-1"
	streamVersion   = "1.1"
	serviceIdentity = "dynamodb.amazonaws.com"
)

// record writes a change down as Lambda gives it to functions.
func (s *Stream) record(c change) events.DynamoDBEventRecord {
	sequence := sequenceNumber(c.sequence)
	id := sha256.Sum256([]byte(s.arn + " " + sequence))
	r := events.DynamoDBEventRecord{
		AWSRegion:      streamRegion,
		EventID:        hex.EncodeToString(id[:16]),
		EventSource:    streamSource,
		EventVersion:   streamVersion,
		EventSourceArn: s.arn,
	}
	held := c.new
	switch {
	case c.old == nil:
		r.EventName = string(events.DynamoDBOperationTypeInsert)
	case c.new == nil:
		r.EventName, held = string(events.DynamoDBOperationTypeRemove), c.old
	default:
		r.EventName = string(events.DynamoDBOperationTypeModify)
	}
	if c.expired {
		r.UserIdentity = &events.DynamoDBUserIdentity{Type: "Service", PrincipalID: serviceIdentity}
	}
	keys := s.key.key(held)
	r.Change = events.DynamoDBStreamRecord{
		// The service rounds down to the second.
		ApproximateCreationDateTime: events.SecondsEpochTime{Time: c.at.Truncate(1e9).UTC()},
		Keys:                        eventItem(keys),
		SequenceNumber:              sequence,
		SizeBytes:                   int64(itemSize(keys)),
		StreamViewType:              s.view,
	}
	if s.view == viewNew || s.view == viewBoth {
		r.Change.NewImage = eventItem(c.new)
		r.Change.SizeBytes += int64(itemSize(c.new))
	}
	if s.view == viewOld || s.view == viewBoth {
		r.Change.OldImage = eventItem(c.old)
		r.Change.SizeBytes += int64(itemSize(c.old))
	}
	return r
}

// sequenceNumber writes the number of a change as the service's sequence numbers look: 25 digits, growing, with gaps.
func sequenceNumber(n uint64) string { return fmt.Sprintf("%d%015d", 1405400000, 97*n) }

// eventItem converts an item, or returns nil for none.
func eventItem(item mapValue) map[string]events.DynamoDBAttributeValue {
	if item == nil {
		return nil
	}
	out := make(map[string]events.DynamoDBAttributeValue, len(item))
	for name, v := range item {
		out[name] = eventValue(v)
	}
	return out
}

func eventValue(v value) events.DynamoDBAttributeValue {
	switch v := v.(type) {
	case stringValue:
		return events.NewStringAttribute(string(v))
	case number:
		return events.NewNumberAttribute(string(v.append(nil)))
	case binaryValue:
		return events.NewBinaryAttribute([]byte(v))
	case boolValue:
		return events.NewBooleanAttribute(bool(v))
	case listValue:
		list := make([]events.DynamoDBAttributeValue, len(v))
		for i, e := range v {
			list[i] = eventValue(e)
		}
		return events.NewListAttribute(list)
	case mapValue:
		return events.NewMapAttribute(eventItem(v))
	case stringSet:
		return events.NewStringSetAttribute(append([]string{}, v...))
	case numberSet:
		set := make([]string, len(v))
		for i, n := range v {
			set[i] = string(n.append(nil))
		}
		return events.NewNumberSetAttribute(set)
	case binarySet:
		set := make([][]byte, len(v))
		for i, b := range v {
			set[i] = []byte(b)
		}
		return events.NewBinarySetAttribute(set)
	}
	return events.NewNullAttribute()
}
