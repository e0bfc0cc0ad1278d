package idempotency

import (
	"container/list"
	"sync"
	"time"
)

// entryOverhead is about what an entry takes besides its texts.
const entryOverhead = 256

// cache holds finished records, which do not change until they expire, and forgets the least recently used ones. A nil
// cache holds nothing. It is safe for concurrent use.
type cache struct {
	mu      sync.Mutex
	limit   int // bytes
	size    int
	recent  list.List // of *entry, the latest first
	entries map[string]*list.Element
}

type entry struct {
	key    string
	record record
}

func newCache(limit int) *cache {
	return &cache{limit: limit, entries: map[string]*list.Element{}}
}

func (c *cache) get(key string, now time.Time) (record, bool) {
	if c == nil {
		return record{}, false
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	at, ok := c.entries[key]
	if !ok {
		return record{}, false
	}
	e := at.Value.(*entry)
	if !now.Before(e.record.expires) {
		c.remove(at)
		return record{}, false
	}
	c.recent.MoveToFront(at)
	return e.record, true
}

func (c *cache) put(key string, r record) {
	if c == nil {
		return
	}
	e := &entry{key, r}
	if e.size() > c.limit {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if at, ok := c.entries[key]; ok {
		c.remove(at)
	}
	c.entries[key] = c.recent.PushFront(e)
	for c.size += e.size(); c.size > c.limit; {
		c.remove(c.recent.Back())
	}
}

func (c *cache) remove(at *list.Element) {
	e := c.recent.Remove(at).(*entry)
	delete(c.entries, e.key)
	c.size -= e.size()
}

func (e *entry) size() int {
	n := entryOverhead + len(e.key) + len(e.record.payload) + len(e.record.text) + len(e.record.final)
	if e.record.result != nil {
		n += len(*e.record.result)
	}
	return n
}
