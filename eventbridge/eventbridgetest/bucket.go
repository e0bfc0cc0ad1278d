package eventbridgetest

import (
	"crypto/md5"
	"encoding/hex"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/lambdapatterns/lambdapatterns/eventbridge/s3event"
)

// Bucket is an S3 bucket that events are made for. It is safe for concurrent use.
type Bucket struct {
	name, region, account string
	versioned             bool
	start                 time.Time

	mu     sync.Mutex
	count  uint64                       // of events made so far
	newest map[string]s3event.Sequencer // by key
}

// Option changes a bucket. The package's functions make them.
type Option interface{ apply(*Bucket) }

type option func(*Bucket)

func (o option) apply(b *Bucket) { o(b) }

// Versioned switches versioning on: events have version ids, and deletions make delete markers unless they say otherwise.
// Defaults to a bucket without versioning.
func Versioned() Option { return option(func(b *Bucket) { b.versioned = true }) }

// InRegion sets the region. Defaults to eu-central-1.
func InRegion(region string) Option { return option(func(b *Bucket) { b.region = region }) }

// OfAccount sets the account that the bucket and its requests are of. Defaults to 123456789012.
func OfAccount(id string) Option { return option(func(b *Bucket) { b.account = id }) }

// StartingAt sets the time of the first event. Each further one is a second later. Defaults to 2026-07-01T12:00:00Z.
func StartingAt(t time.Time) Option {
	return option(func(b *Bucket) { b.start = t.UTC().Truncate(time.Second) })
}

// NewBucket returns a bucket without events. It panics if the name is empty.
func NewBucket(name string, opts ...Option) *Bucket {
	if name == "" {
		panic("eventbridgetest: NewBucket needs a name")
	}
	b := &Bucket{
		name: name, region: "eu-central-1", account: "123456789012",
		start:  time.Date(2026, 7, 1, 12, 0, 0, 0, time.UTC),
		newest: map[string]s3event.Sequencer{},
	}
	for _, o := range opts {
		o.apply(b)
	}
	return b
}

// TestNotification returns what S3 sends when notifications of the bucket are switched on, which tells no change.
func (b *Bucket) TestNotification() []byte {
	n := b.next()
	return fmt.Appendf(nil, `{"Service":"Amazon S3","Event":"s3:TestEvent","Time":%q,"Bucket":%q,"RequestId":%q,"HostId":%q}`,
		b.time(n).Format("2006-01-02T15:04:05.000Z"), b.name, b.digest("request", n)[:16], b.digest("host", n))
}

func (b *Bucket) next() uint64 {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.count++
	return b.count
}

func (b *Bucket) time(n uint64) time.Time { return b.start.Add(time.Duration(n-1) * time.Second) }

// digest is a number that looks like one of S3's own: capitals, since request ids have them.
func (b *Bucket) digest(what string, n uint64) string {
	sum := md5.Sum(fmt.Appendf(nil, "%s %s %d", b.name, what, n))
	return strings.ToUpper(hex.EncodeToString(sum[:]))
}

// sequencer gives a number that is greater for a later event, in the form of S3's.
func (b *Bucket) sequencer(n uint64) s3event.Sequencer {
	return s3event.Sequencer(fmt.Sprintf("%018X", uint64(b.time(n).Unix())<<32|n&0xffffffff))
}

// advance notes the sequencer of an object's newest event, and reports whether it is newer than all before.
func (b *Bucket) advance(key string, s s3event.Sequencer) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if s.Compare(b.newest[key]) <= 0 {
		return false
	}
	b.newest[key] = s
	return true
}
