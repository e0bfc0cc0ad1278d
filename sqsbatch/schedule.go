package sqsbatch

import (
	"strings"

	"github.com/aws/aws-lambda-go/events"
)

// schedule cuts a batch into units that may be handled concurrently: a message of a standard queue, or the messages of one
// group of a FIFO queue in their order.
type schedule struct {
	units int
	heads []int // unit to its first message; nil: unit i is message i alone
	next  []int // message to the next one of its unit, or -1
}

func scheduleOf(records []events.SQSMessage) schedule {
	fifo := false
	for i := range records {
		fifo = fifo || isFIFO(&records[i])
	}
	if !fifo {
		return schedule{units: len(records)}
	}
	type group struct{ queue, id string }
	last := make(map[group]int)
	s := schedule{next: make([]int, len(records))}
	for i := range records {
		r := &records[i]
		s.next[i] = -1
		if isFIFO(r) {
			g := group{r.EventSourceARN, r.Attributes["MessageGroupId"]}
			before, seen := last[g]
			last[g] = i
			if seen {
				s.next[before] = i
				continue
			}
		}
		s.heads = append(s.heads, i)
	}
	s.units = len(s.heads)
	return s
}

func (s *schedule) start(unit int) int {
	if s.heads == nil {
		return unit
	}
	return s.heads[unit]
}

func (s *schedule) after(i int) int {
	if s.next == nil {
		return -1
	}
	return s.next[i]
}

// isFIFO goes by the queue's name alone: a MessageGroupId is no sign of a FIFO queue (Amazon SQS Developer Guide, "Amazon
// SQS fair queues").
func isFIFO(m *events.SQSMessage) bool { return strings.HasSuffix(m.EventSourceARN, ".fifo") }
