// Package sqsjson reads the events that Lambda sends for an SQS queue, and writes the answer, with the results of
// encoding/json in a fraction of its time and allocations.
//
// # How the result stays that of encoding/json
//
// A decoder written for the shape of these events reads the payload once. It gives up on whatever it does not know for
// certain to understand as encoding/json does: keys that are escaped or differ in case only, a field twice in an object, a
// value of another type, invalid UTF-8, nesting deeper than maxDepth, any syntax error. Then encoding/json reads the whole
// payload. So the decoder never reports an error of its own, and being too careful about what is unusual costs time only.
//
// # What a kept string keeps
//
// The payload is never referred to: the runtime client uses its buffer again for the next invocation. Strings of at most
// maxShared bytes are copied into chunks of chunkSize, so that a handler that keeps one of them, an id for instance, keeps
// 8 KiB at most; a longer one, as many bodies are, is on its own. One copy of the payload for all strings would take fewer
// allocations, a tenth of one a message, but an id kept in a cache would then keep a payload of up to 6 MB, and a JSON body
// would be in memory twice, for it is full of escaped quotation marks and has to be written out anyway.
package sqsjson

import (
	"encoding/json"

	"github.com/aws/aws-lambda-go/events"
)

// DecodeEvent reads an event as [json.Unmarshal] does: the same values, nil maps and slices for what is missing or null and
// empty ones for what is empty, an error for the same payloads. Unlike there the event is empty when there is an error. The
// error says what is wrong and at which byte, and quotes nothing of the payload.
//
// Nothing in the event refers to payload. Strings may share memory with each other, maps and slices do not. DecodeEvent is
// safe for concurrent use.
func DecodeEvent(payload []byte) (events.SQSEvent, error) {
	d := decoder{data: payload}
	if e := d.event(); !d.gaveUp {
		return e, nil
	}
	var e events.SQSEvent
	if err := json.Unmarshal(payload, &e); err != nil {
		return events.SQSEvent{}, explain(err, d.understood)
	}
	return e, nil
}

// decoder is one pass over a payload. Its methods take what they are named after from data at off, white space before it
// included. When they cannot they set gaveUp: what they return or have stored is not used then, and more ends every loop.
//
// No method stores for a null: it is only read into what is still zero, since a field that comes twice makes the decoder give
// up, and for a zero value encoding/json does the same whatever the type.
type decoder struct {
	data       []byte
	off        int
	gaveUp     bool
	understood int // off at that moment
	texts      texts

	last struct{ source, arn, region, dataType string } // of the message or attribute before, which mostly are this one's too

	typed []typedAttribute // room for those of one message
}

func (d *decoder) event() (e events.SQSEvent) {
	if !d.null() {
		d.take('{')
		seen := false
		for i := 0; d.more(i, '}'); i++ {
			switch key := d.key(); {
			case string(key) != "Records":
				d.unknown(key, "Records")
			case seen:
				d.giveUp()
			default:
				seen = true
				e.Records = d.records()
			}
		}
	}
	d.next()
	if d.off < len(d.data) {
		d.giveUp()
	}
	return e
}

// smallestMessage is less than the bytes of any message that Lambda sends.
const smallestMessage = 300

func (d *decoder) records() []events.SQSMessage {
	if d.null() {
		return nil
	}
	d.take('[')
	records := []events.SQSMessage{}
	start := d.off
	for i := 0; d.more(i, ']'); i++ {
		if i == 1 {
			// Messages of a batch are mostly of one size: allocate for all at once.
			rest := d.rest() / max(d.off-start, smallestMessage)
			records = append(make([]events.SQSMessage, 0, 2+rest+rest/8), records[0])
		}
		records = append(records, events.SQSMessage{})
		d.message(&records[i])
	}
	return records
}
