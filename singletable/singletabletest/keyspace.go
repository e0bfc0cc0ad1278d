package singletabletest

import (
	"hash/fnv"
	"iter"
	"slices"
	"strings"
)

// keyspace holds the items of a table or an index: partitions in the order of their keys' hashes, and in each partition
// the items in the order of their sort keys.
type keyspace struct {
	partitions map[string]*partition
	scan       []*partition // the same partitions for scans, sorted only when one comes
	sorted     bool
	emptied    int // partitions that have no entries any more
}

type partition struct {
	key     string
	hash    uint64
	entries []*entry
}

// entry is an item of a table, or what an index projects of it.
type entry struct {
	sort string
	item mapValue
	size int
	base *entry // of an index: the table's
}

func compareEntry(e *entry, sort string) int { return strings.Compare(e.sort, sort) }

func (k *keyspace) find(at position) *entry {
	p := k.partitions[at.partition]
	if p == nil {
		return nil
	}
	if i, found := slices.BinarySearchFunc(p.entries, at.sort, compareEntry); found {
		return p.entries[i]
	}
	return nil
}

func (k *keyspace) put(partitionKey string, e *entry) {
	p := k.partitions[partitionKey]
	if p == nil {
		p = &partition{key: partitionKey, hash: hashPartition(partitionKey)}
		if k.partitions == nil {
			k.partitions = map[string]*partition{}
		}
		k.partitions[partitionKey] = p
		k.scan = append(k.scan, p)
		k.sorted = false
	} else if len(p.entries) == 0 {
		k.emptied--
	}
	i, found := slices.BinarySearchFunc(p.entries, e.sort, compareEntry)
	if found {
		p.entries[i] = e
		return
	}
	p.entries = slices.Insert(p.entries, i, e)
}

func (k *keyspace) remove(at position) {
	p := k.partitions[at.partition]
	if p == nil {
		return
	}
	i, found := slices.BinarySearchFunc(p.entries, at.sort, compareEntry)
	if !found {
		return
	}
	p.entries = slices.Delete(p.entries, i, i+1)
	if len(p.entries) > 0 {
		return
	}
	k.emptied++
	if k.emptied > len(k.scan)/2 {
		k.compact()
	}
}

// compact forgets empty partitions, in one sweep for many of them.
func (k *keyspace) compact() {
	k.scan = slices.DeleteFunc(k.scan, func(p *partition) bool {
		if len(p.entries) > 0 {
			return false
		}
		delete(k.partitions, p.key)
		return true
	})
	k.emptied = 0
}

// span is a part of a partition: the entries from low on and before high. An empty high is no bound.
type span struct {
	low, high string

	// The sort keys that a condition names as the first and the last in the span, empty where it names none.
	first, last string
}

func (s span) contains(sort string) bool {
	return sort >= s.low && (s.high == "" || sort < s.high)
}

// query yields the entries of a span of a partition in the direction asked for, beginning after the sort key in after.
func (k *keyspace) query(partitionKey string, within span, forward bool, after *position) iter.Seq[*entry] {
	var entries []*entry
	if p := k.partitions[partitionKey]; p != nil {
		entries = p.entries
	}
	low, _ := slices.BinarySearchFunc(entries, within.low, compareEntry)
	high := len(entries)
	if within.high != "" {
		high, _ = slices.BinarySearchFunc(entries, within.high, compareEntry)
	}
	if after != nil {
		i, found := slices.BinarySearchFunc(entries, after.sort, compareEntry)
		switch {
		case !forward:
			high = min(high, i)
		case found:
			low = max(low, i+1)
		default:
			low = max(low, i)
		}
	}
	if low >= high {
		return func(func(*entry) bool) {}
	}
	if forward {
		return slices.Values(entries[low:high])
	}
	return func(yield func(*entry) bool) {
		for _, e := range slices.Backward(entries[low:high]) {
			if !yield(e) {
				return
			}
		}
	}
}

// segment is a part of a keyspace, by the hashes of the partition keys: part number of total.
type segment struct{ number, total uint64 }

func (s segment) contains(hash uint64) bool {
	// The hash's place among all hashes, times the total, without an overflow: its upper half decides.
	return (hash>>32)*s.total>>32 == s.number
}

// all yields the entries of a segment, beginning after the position in after.
func (k *keyspace) all(part segment, after *position) iter.Seq[*entry] {
	if !k.sorted {
		slices.SortFunc(k.scan, comparePartition)
		k.sorted = true
	}
	start := 0
	var resume *partition
	if after != nil {
		resume = &partition{key: after.partition, hash: hashPartition(after.partition)}
		start, _ = slices.BinarySearchFunc(k.scan, resume, comparePartition)
	}
	return func(yield func(*entry) bool) {
		for _, p := range k.scan[start:] {
			if !part.contains(p.hash) {
				continue
			}
			from := after
			if resume == nil || p.key != resume.key {
				from = nil
			}
			for e := range k.query(p.key, span{}, true, from) {
				if !yield(e) {
					return
				}
			}
		}
	}
}

func comparePartition(a, b *partition) int {
	switch {
	case a.hash < b.hash:
		return -1
	case a.hash > b.hash:
		return 1
	}
	return strings.Compare(a.key, b.key)
}

func hashPartition(key string) uint64 {
	h := fnv.New64a()
	h.Write([]byte(key))
	// FNV leaves the upper bits of short keys alike, and segments are cut by the upper bits.
	x := h.Sum64()
	x ^= x >> 33
	x *= 0xff51afd7ed558ccd
	x ^= x >> 33
	return x
}
