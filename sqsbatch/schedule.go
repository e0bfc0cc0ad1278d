package sqsbatch

import (
	"strings"

	"github.com/aws/aws-lambda-go/events"
)

// schedule cuts a batch into units that may be handled concurrently, a message of a standard queue or the messages of one
// group of a FIFO queue in their order, and hands them out. The batch's lock guards it.
type schedule struct {
	units int
	heads []int // unit to its first message; nil: unit i is message i alone
	next  []int // message to the next one of its unit, or -1

	cursor int      // the first unit that was never looked at
	bound  int      // how many messages of a group run at once; 0: no bound
	groups []*group // unit to its group where there is a bound; nil for a unit without one
	freed  []int    // units of groups that had no room and now have
	parked int      // units that wait for room in their group
}

// group is the messages of a standard queue that have one MessageGroupId.
type group struct {
	running int
	waiting []int // units
}

func scheduleOf(records []events.SQSMessage, groupBound int) schedule {
	fifo := false
	for i := range records {
		fifo = fifo || isFIFO(&records[i])
	}
	s := schedule{units: len(records)}
	if fifo {
		s.chain(records)
	}
	if groupBound > 0 {
		s.bindGroups(records, groupBound)
	}
	return s
}

// chain makes a unit of each message group of a FIFO queue.
func (s *schedule) chain(records []events.SQSMessage) {
	type fifoGroup struct{ queue, id string }
	last := make(map[fifoGroup]int)
	s.next = make([]int, len(records))
	for i := range records {
		r := &records[i]
		s.next[i] = -1
		if isFIFO(r) {
			g := fifoGroup{r.EventSourceARN, r.Attributes["MessageGroupId"]}
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
}

func (s *schedule) bindGroups(records []events.SQSMessage, bound int) {
	s.bound, s.groups = bound, make([]*group, s.units)
	byID := make(map[string]*group)
	for unit := range s.groups {
		r := &records[s.first(unit)]
		id := r.Attributes["MessageGroupId"]
		if id == "" || isFIFO(r) {
			continue
		}
		if byID[id] == nil {
			byID[id] = new(group)
		}
		s.groups[unit] = byID[id]
	}
}

// take hands out the next unit that may run, or -1. When it returns -1 while units are parked, those are handed out by the
// take that follows the release of a unit of their group: whoever releases must take again.
func (s *schedule) take() int {
	if n := len(s.freed); n > 0 {
		unit := s.freed[n-1]
		s.freed = s.freed[:n-1]
		return unit
	}
	for s.cursor < s.units {
		unit := s.cursor
		s.cursor++
		if s.groups == nil || s.groups[unit] == nil {
			return unit
		}
		g := s.groups[unit]
		if g.running < s.bound {
			g.running++
			return unit
		}
		g.waiting = append(g.waiting, unit)
		s.parked++
	}
	return -1
}

// release says that unit has ended. Its place in the group goes to the one that waited longest.
func (s *schedule) release(unit int) {
	if s.groups == nil || s.groups[unit] == nil {
		return
	}
	g := s.groups[unit]
	if len(g.waiting) == 0 {
		g.running--
		return
	}
	s.freed = append(s.freed, g.waiting[0])
	g.waiting = g.waiting[1:]
	s.parked--
}

// left returns at most how many units take can hand out now.
func (s *schedule) left() int { return s.units - s.cursor + len(s.freed) }

func (s *schedule) first(unit int) int {
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
