package changes

import (
	"errors"
	"fmt"

	"github.com/aws/aws-lambda-go/events"
)

// record is a stream record with its images converted once for all entities.
type record struct {
	source   *events.DynamoDBEventRecord
	kind     Kind
	old, new item // nil when the record does not hold them
	keys     item // nil when it holds an image, which tells more
}

// readRecord refuses what cannot be told apart from a record of another kind of stream.
func readRecord(source *events.DynamoDBEventRecord) (record, error) {
	r := record{source: source, kind: kindOf(source)}
	if r.kind == 0 {
		return r, fmt.Errorf("the event name %q is none of INSERT, MODIFY and REMOVE", source.EventName)
	}
	if len(source.Change.Keys) == 0 {
		return r, errors.New("it has no Keys, which records of all view types have")
	}
	var err error
	if r.old, err = readImage("OldImage", source.Change.OldImage); err != nil {
		return r, err
	}
	if r.new, err = readImage("NewImage", source.Change.NewImage); err != nil {
		return r, err
	}
	if r.old == nil && r.new == nil {
		r.keys, err = readImage("Keys", source.Change.Keys)
	}
	return r, err
}

func readImage(name string, image map[string]events.DynamoDBAttributeValue) (item, error) {
	if len(image) == 0 {
		return nil, nil
	}
	it, err := Item(image)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return it, nil
}
