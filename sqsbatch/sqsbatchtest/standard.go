package sqsbatchtest

import (
	"container/heap"
	"container/list"
	"iter"
	"time"
)

// standard arranges a standard queue: the messages that can be received in a list, and the hidden ones in a heap by
// the moment at which they appear. Messages come in the order in which they became visible, which the service does not
// promise.
type standard struct {
	ready  list.List
	hidden hiddenHeap
}

func (s *standard) put(m *message, now time.Time) {
	s.remove(m)
	if m.visibleAt.After(now) {
		heap.Push(&s.hidden, m)
	} else {
		m.element = s.ready.PushBack(m)
	}
}

func (s *standard) remove(m *message) {
	if m.element != nil {
		s.ready.Remove(m.element)
		m.element = nil
	} else if m.index < len(s.hidden) && s.hidden[m.index] == m {
		heap.Remove(&s.hidden, m.index)
	}
}

func (s *standard) receivable(now time.Time) iter.Seq[*message] {
	return func(yield func(*message) bool) {
		for len(s.hidden) > 0 && !s.hidden[0].visibleAt.After(now) {
			s.put(s.hidden[0], now)
		}
		// What the loop's body puts back stands behind the messages that are there now, and is not counted.
		e := s.ready.Front()
		for n := s.ready.Len(); n > 0 && e != nil; n-- {
			m := e.Value.(*message)
			e = e.Next()
			if !yield(m) {
				return
			}
		}
	}
}

func (s *standard) next(time.Time) (time.Time, bool) {
	if len(s.hidden) == 0 {
		return time.Time{}, false
	}
	return s.hidden[0].visibleAt, true
}

// hiddenHeap is a heap.Interface by the moment of appearance; messages of one moment keep the order of their arrival.
type hiddenHeap []*message

func (h hiddenHeap) Len() int { return len(h) }

func (h hiddenHeap) Less(i, j int) bool {
	if !h[i].visibleAt.Equal(h[j].visibleAt) {
		return h[i].visibleAt.Before(h[j].visibleAt)
	}
	return h[i].arrival < h[j].arrival
}

func (h hiddenHeap) Swap(i, j int) {
	h[i], h[j] = h[j], h[i]
	h[i].index, h[j].index = i, j
}

func (h *hiddenHeap) Push(m any) {
	m.(*message).index = len(*h)
	*h = append(*h, m.(*message))
}

func (h *hiddenHeap) Pop() any {
	last := len(*h) - 1
	m := (*h)[last]
	(*h)[last] = nil
	*h = (*h)[:last]
	return m
}
