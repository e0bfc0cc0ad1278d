package idempotency

import (
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

func finished(result string, expires time.Time) record {
	return record{status: completed, result: &result, expires: expires}
}

func TestTheCacheForgetsWhatWasUsedLeastRecently(t *testing.T) {
	t.Parallel()
	now := time.Now()
	later := now.Add(time.Hour)
	holds := func(c *cache, keys string) {
		t.Helper()
		for key := range strings.SplitSeq("a b c d", " ") {
			at, there := c.entries[key]
			if want := strings.Contains(keys, key); there != want || there && at.Value.(*entry).key != key {
				t.Errorf("holds %q: %v, want %v", key, there, want)
			}
		}
		if n := c.recent.Len(); n != len(c.entries) || c.size > c.limit {
			t.Errorf("%d entries, %d in order, %d of %d bytes", len(c.entries), n, c.size, c.limit)
		}
	}
	size := (&entry{"a", finished("1", later)}).size()
	c := newCache(3*size + 1)
	for _, key := range []string{"a", "b", "c"} {
		c.put(key, finished("1", later))
	}
	holds(c, "abc")
	if r, ok := c.get("a", now); !ok || *r.result != "1" {
		t.Errorf("got %v, %v", r, ok)
	}
	c.put("d", finished("1", later)) // b is the oldest now
	holds(c, "acd")
	c.put("c", finished("12", later)) // replaced, and a byte larger: all fit
	holds(c, "acd")
	c.put("c", finished("123", later)) // a second byte: a goes
	holds(c, "cd")
	c.put("a", finished(strings.Repeat("x", 2*size), later))
	holds(c, "a")
	c.put("b", finished(strings.Repeat("x", 3*size), later)) // larger than the cache
	holds(c, "a")
	if _, ok := c.get("a", later); ok {
		t.Error("an expired record was found")
	}
	holds(c, "")
	if c.size != 0 {
		t.Errorf("an empty cache has %d bytes", c.size)
	}
}

func TestACacheIsSafeForConcurrentUse(t *testing.T) {
	t.Parallel()
	c := newCache(20 * (entryOverhead + 10))
	now := time.Now()
	var all sync.WaitGroup
	for g := range 8 {
		all.Go(func() {
			for i := range 500 {
				key := strconv.Itoa((i*7 + g) % 40)
				if r, ok := c.get(key, now); ok && *r.result != key {
					t.Errorf("%s has the result %s", key, *r.result)
				}
				c.put(key, finished(key, now.Add(time.Duration(i%3)*time.Second)))
			}
		})
	}
	all.Wait()
	size := 0
	for at := c.recent.Front(); at != nil; at = at.Next() {
		size += at.Value.(*entry).size()
	}
	if size != c.size || size > c.limit || c.recent.Len() != len(c.entries) || len(c.entries) == 0 {
		t.Errorf("%d bytes counted as %d, limit %d; %d entries and %d", size, c.size, c.limit, c.recent.Len(), len(c.entries))
	}
}
