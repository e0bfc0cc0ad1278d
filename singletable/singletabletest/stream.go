package singletabletest

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/aws/aws-lambda-go/events"
)

// streamRetention is how long a stream keeps a record ("Change data capture for DynamoDB Streams", Amazon DynamoDB
// Developer Guide).
const streamRetention = 24 * time.Hour

// Stream holds the changes of a table that was made with a StreamSpecification: one record for each write that changed
// an item, for 24 hours by package time's clock. Writes that leave an item as it was, and deletes of items that are not
// there, make none. It is safe for concurrent use, and can be read after its table is deleted.
type Stream struct {
	engine *Engine
	arn    string
	label  string
	view   string
	key    keySchema

	// The engine's lock guards what follows.
	shards   []shard
	sequence uint64
}

// shard holds the changes of some partition keys in their order.
type shard struct {
	id      string
	trimmed int // how many have left the stream; positions count them too
	changes []change
}

// change is what a write did to an item.
type change struct {
	sequence uint64
	at       time.Time
	old, new mapValue // nil where there was or is no item
	expired  bool     // by the service's time to live
}

// The values of StreamViewType.
const (
	viewKeys = "KEYS_ONLY"
	viewNew  = "NEW_IMAGE"
	viewOld  = "OLD_IMAGE"
	viewBoth = "NEW_AND_OLD_IMAGES"
)

type streamSpecification struct {
	StreamEnabled  *bool
	StreamViewType string `json:",omitempty"`
}

func (s *streamSpecification) enabled() bool {
	return s != nil && s.StreamEnabled != nil && *s.StreamEnabled
}

func (s *streamSpecification) check() error {
	switch {
	case s == nil:
		return nil
	case s.StreamEnabled == nil:
		return validation("1 validation error detected: Value null at 'streamSpecification.streamEnabled' failed to satisfy constraint: Member must not be null")
	case s.StreamViewType != "" && !slices.Contains([]string{viewKeys, viewNew, viewOld, viewBoth}, s.StreamViewType):
		return validation("1 validation error detected: Value '%s' at 'streamSpecification.streamViewType' failed to satisfy constraint: Member must satisfy enum value set: [NEW_IMAGE, OLD_IMAGE, NEW_AND_OLD_IMAGES, KEYS_ONLY]", s.StreamViewType)
	case *s.StreamEnabled && s.StreamViewType == "":
		return invalidParameter("StreamViewType must be specified when StreamEnabled is set to true")
	case !*s.StreamEnabled && s.StreamViewType != "":
		return invalidParameter("StreamViewType must not be specified when StreamEnabled is set to false")
	}
	return nil
}

// openStream gives a new table its stream, if it is to have one.
func (e *Engine) openStream(t *table) {
	specification := t.definition.StreamSpecification
	if !specification.enabled() {
		return
	}
	label := t.created.UTC().Format("2006-01-02T15:04:05.000")
	s := &Stream{engine: e, arn: arnPrefix + t.name() + "/stream/" + label, label: label, view: specification.StreamViewType, key: t.key}
	for i := range max(e.StreamShards, 1) {
		id := fmt.Sprintf("shardId-%020d-%08x", t.created.UnixMilli(), hashPartition(fmt.Sprint(s.arn, i))>>32)
		s.shards = append(s.shards, shard{id: id})
	}
	t.stream = s
}

// Stream returns the stream of a table. It fails when there is no such table, or it has no stream.
func (e *Engine) Stream(table string) (*Stream, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	t, err := e.table(&table)
	switch {
	case err != nil:
		return nil, fmt.Errorf("singletabletest: the stream of table %q: %w", table, err)
	case t.stream == nil:
		return nil, fmt.Errorf("singletabletest: table %q has no stream: create it with a StreamSpecification", table)
	}
	return t.stream, nil
}

// ARN returns the stream's ARN, which DescribeTable calls LatestStreamArn.
func (s *Stream) ARN() string { return s.arn }

// Records returns what the stream holds, all shards together in the order of the writes. The images are the caller's.
func (s *Stream) Records() []events.DynamoDBEventRecord {
	s.engine.mu.Lock()
	defer s.engine.mu.Unlock()
	var all []change
	for i := range s.shards {
		s.shards[i].trim(time.Now())
		all = append(all, s.shards[i].changes...)
	}
	slices.SortFunc(all, func(a, b change) int { return cmp.Compare(a.sequence, b.sequence) })
	records := make([]events.DynamoDBEventRecord, len(all))
	for i, c := range all {
		records[i] = s.record(c)
	}
	return records
}

// add notes a write, if it changes anything. The caller holds the lock.
func (s *Stream) add(w write, now time.Time) {
	old := w.oldItem()
	if old == nil && w.item == nil || old != nil && w.item != nil && equal(old, w.item) {
		return
	}
	s.sequence++
	part := segment{total: uint64(len(s.shards))}
	hash := hashPartition(w.at.partition)
	for !part.contains(hash) {
		part.number++
	}
	to := &s.shards[part.number]
	to.trim(now)
	to.changes = append(to.changes, change{s.sequence, now, old, w.item, w.expired})
}

// trim forgets what is older than a stream keeps.
func (s *shard) trim(now time.Time) {
	young := slices.IndexFunc(s.changes, func(c change) bool { return now.Sub(c.at) < streamRetention })
	if young < 0 {
		young = len(s.changes)
	}
	s.trimmed += young
	s.changes = s.changes[young:]
}

// read returns up to n records of a shard from a position on, and the position of the first of them, which is further on
// where records have left the stream.
func (s *Stream) read(shard, from, n int) (records []events.DynamoDBEventRecord, first int) {
	s.engine.mu.Lock()
	defer s.engine.mu.Unlock()
	of := &s.shards[shard]
	of.trim(time.Now())
	first = max(from, of.trimmed)
	for _, c := range of.changes[first-of.trimmed:] {
		if len(records) == n {
			break
		}
		records = append(records, s.record(c))
	}
	return records, first
}
