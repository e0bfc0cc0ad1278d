// Package sqsjson reads the events that Lambda sends for an SQS queue, and writes the answer, with the results of
// encoding/json in a fraction of its time and allocations.
//
// [jsonscan] says how the results stay those of encoding/json, and what a string that is kept keeps.
package sqsjson

import (
	"encoding/json"

	"github.com/aws/aws-lambda-go/events"

	"github.com/lambdapatterns/lambdapatterns/internal/jsonscan"
)

// DecodeEvent reads an event as [json.Unmarshal] does: the same values, nil maps and slices for what is missing or null and
// empty ones for what is empty, an error for the same payloads. Unlike there the event is empty when there is an error. The
// error says what is wrong and at which byte, and quotes nothing of the payload.
//
// Nothing in the event refers to payload. Strings may share memory with each other, maps and slices do not. DecodeEvent is
// safe for concurrent use.
func DecodeEvent(payload []byte) (events.SQSEvent, error) {
	d := decoder{Scanner: jsonscan.New(payload)}
	if e := d.event(); !d.GaveUp() {
		return e, nil
	}
	var e events.SQSEvent
	if err := json.Unmarshal(payload, &e); err != nil {
		return events.SQSEvent{}, explain(err, d.Understood())
	}
	return e, nil
}

// decoder is one pass over a payload.
type decoder struct {
	jsonscan.Scanner

	last struct{ source, arn, region, dataType string } // of the message or attribute before, which mostly are this one's too

	typed []typedAttribute // room for those of one message
}

func (d *decoder) event() (e events.SQSEvent) {
	if !d.Null() {
		d.Take('{')
		seen := false
		for i := 0; d.More(i, '}'); i++ {
			switch key := d.Key(); {
			case string(key) != "Records":
				d.Unknown(key, "Records")
			case seen:
				d.GiveUp()
			default:
				seen = true
				e.Records = d.records()
			}
		}
	}
	d.End()
	return e
}

// smallestMessage is less than the bytes of any message that Lambda sends.
const smallestMessage = 300

func (d *decoder) records() []events.SQSMessage {
	if d.Null() {
		return nil
	}
	d.Take('[')
	records := []events.SQSMessage{}
	start := d.Offset()
	for i := 0; d.More(i, ']'); i++ {
		if i == 1 {
			// Messages of a batch are mostly of one size: allocate for all at once.
			rest := d.Rest() / max(d.Offset()-start, smallestMessage)
			records = append(make([]events.SQSMessage, 0, 2+rest+rest/8), records[0])
		}
		records = append(records, events.SQSMessage{})
		d.message(&records[i])
	}
	return records
}
