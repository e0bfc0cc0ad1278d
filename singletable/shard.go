package singletable

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

const (
	minShards = 2
	maxShards = 256
)

// Sharded spreads what would be one partition over n of them, 2 to 256, for more writes than the 1,000 a second that a single
// one takes ("Using write sharding to distribute workloads evenly in your DynamoDB table", Amazon DynamoDB Developer Guide):
//
//	GSI1: singletable.Pattern("STATUS#{status}", "{at}#{id}").Sharded(8)
//
// The partition key gets the number of the item's shard as one more component, "STATUS#open#3". In an index a hash of the
// item's primary key decides it, in the table a hash of its sort key, which then must name an attribute. PATTERNS.md
// specifies the hash, which never changes. A pattern can be [KeyPattern.Sparse] as well.
//
// Queries, counts, pages and collections read all shards, up to eight at once, and hand the items out in the order of their
// sort keys as if they were one partition; those with equal sort keys in the order of their shards. A shard reads no more
// than a page ahead, and when the loop has ended nothing runs on. What they cost is at least one request a shard, and with
// [Limit] up to about twice as many items read as results. A query of the table that sets the whole sort key reads the one
// shard that it can be in. A function of [Change] gets each shard's requests, and for a Page also the request for
// the partition without a shard, which is not sent: the cursor is bound to it.
//
// The number in an index may be raised: an entity is found all the time, and is in the shard of the new number once it has been
// written anew, which Update does too when nothing else changes. To lower it, first write all entities anew under the lower
// number, by a program that does not query the index. Cursors do not outlive a change. The number of the table's Key must
// never change: entities would no longer be found under their keys.
func (p KeyPattern) Sharded(n int) KeyPattern {
	p.sharded, p.shards = true, n
	return p
}

// shard makes room for the shard in a place's keys.
func (p *place) shard(entity string, n int) error {
	fail := func(format string, a ...any) error {
		return fmt.Errorf("singletable: %s: pattern %q: Sharded: %s", entity, p.partitionKey.pattern, fmt.Sprintf(format, a...))
	}
	if n < minShards || n > maxShards {
		return fail("there can be %d to %d shards, not %d", minShards, maxShards, n)
	}
	if p.index == "" && !slices.ContainsFunc(p.sortKey.parts, func(part keyPart) bool { return part.attribute != "" }) {
		return fail("the sort key %s names no attribute, so that all items of a partition would be in one shard", p.sortKey.pattern)
	}
	p.shards = n
	p.partitionKey.limit -= len(separator) + len(strconv.Itoa(n-1))
	return nil
}

// shardOf returns the shard of what has the given keys. The function is part of how items are stored: it must never change.
func shardOf(n int, keys ...string) int {
	sum := sha256.Sum256([]byte(strings.Join(keys, "\x00"))) // which stands in no key that this package makes
	return int(binary.BigEndian.Uint64(sum[:8]) % uint64(n))
}

// inShard adds a shard to a partition key.
func inShard(partition string, shard int) string { return partition + separator + strconv.Itoa(shard) }

// splitShard reverses inShard; false if the key has no shard that the place has.
func (p *place) splitShard(partition string) (base string, shard int, ok bool) {
	i := strings.LastIndex(partition, separator)
	if i < 0 {
		return "", 0, false
	}
	shard, ok = parseShard(partition[i+1:], p.shards)
	return partition[:i], shard, ok
}

// parseShard reads a component that is the number of one of n shards.
func parseShard(text string, n int) (int, bool) {
	shard, err := strconv.Atoi(text)
	return shard, err == nil && shard >= 0 && shard < n && strconv.Itoa(shard) == text
}

// matches tells whether a key has the patterns of the table's keys, and is in the right shard.
func (p *place) matches(k Key) bool {
	if p.shards > 0 {
		base, shard, ok := p.splitShard(k.Partition)
		if !ok || shard != shardOf(p.shards, k.Sort) {
			return false
		}
		k.Partition = base
	}
	return p.partitionKey.matches(k.Partition) && p.sortKey.matches(k.Sort)
}

// partitionPattern is the partition key's pattern, with the numbers of shards where it has them.
func (p *place) partitionPattern() string {
	if p.shards > 0 {
		return p.partitionKey.pattern + separator + shardsPattern(p.shards)
	}
	return p.partitionKey.pattern
}

func shardsPattern(n int) string { return fmt.Sprintf("{0..%d}", n-1) }
