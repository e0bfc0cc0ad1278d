package changes

import (
	"context"
	"maps"
	"slices"
	"strconv"

	"github.com/aws/aws-lambda-go/events"
)

// turn is a record's place among the records of its item.
type turn struct {
	before <-chan struct{} // closed when the record before it is over; nil for an item's first
	over   chan struct{}   // nil when no record waits for this one
}

// wait waits until the record before this one is over, whatever became of it, or ctx has ended.
func (t *turn) wait(ctx context.Context) {
	if t.before == nil {
		return
	}
	select {
	case <-t.before:
	case <-ctx.Done():
	}
}

func (t *turn) end() {
	if t.over != nil {
		close(t.over)
	}
}

// orderItems makes each record wait for the one before it of the same item.
func (b *batch) orderItems() {
	b.turns = make([]turn, len(b.records))
	last := make(map[string]int, len(b.records))
	for i := range b.records {
		name := itemName(b.records[i].Change.Keys)
		if before, seen := last[name]; seen {
			over := make(chan struct{})
			b.turns[before].over, b.turns[i].before = over, over
		}
		last[name] = i
	}
}

// itemName makes a text of an item's key, another for each key of a table. All that is no key has one name.
func itemName(keys map[string]events.DynamoDBAttributeValue) string {
	var name []byte
	for _, attribute := range slices.Sorted(maps.Keys(keys)) {
		switch av := keys[attribute]; av.DataType() {
		case events.DataTypeString:
			name = strconv.AppendQuote(name, av.String())
		case events.DataTypeNumber:
			name = strconv.AppendQuote(name, av.Number())
		case events.DataTypeBinary:
			if av.IsNull() {
				return ""
			}
			name = strconv.AppendQuote(name, string(av.Binary()))
		default:
			return ""
		}
	}
	return string(name)
}
