package singletable

import (
	"context"
	"iter"
	"math"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// maxShardRequests is how many shards are read at the same moment: fewer than the SDK keeps connections open to one host.
const maxShardRequests = 8

// shardRead is the reading of one shard of a partition.
type shardRead struct {
	number    int
	condition sortCondition
	from      item // behind which the next page begins; nil for the beginning
	ended     bool // there is no further page

	items []item // read, and not yet handed out
	key   string // sort key of the first of them
	page  int    // items in the page that was read last

	asked, found int // items that were asked for, and results in what came
}

// shardsOf begins to read all shards, behind the item of a start key if there is one.
func (q *queryPlan) shardsOf(from item) []*shardRead {
	all := make([]*shardRead, q.shards)
	last, key := 0, ""
	if from != nil {
		at := q.place.of(from)
		_, last, _ = q.place.splitShard(at.Partition)
		key = at.Sort
	}
	for i := range all {
		s := &shardRead{number: i, condition: q.condition, asked: q.share(q.wanted)}
		switch {
		case from == nil:
		case i == last:
			s.from = from
		default: // of equal sort keys, those of the shards in front have been handed out
			s.condition = q.condition.from(key, (i > last) != q.reverse, q.reverse)
		}
		s.ended = s.condition.op == noKey
		all[i] = s
	}
	return all
}

// share is how many of the results that are missing to ask one shard for. Twice the mean, because shards are not even.
func (q *queryPlan) share(missing int) int {
	missing = min(missing, math.MaxInt32)
	mean := missing / q.shards
	if missing%q.shards > 0 {
		mean++
	}
	return min(missing, 2*mean+1)
}

// shardInput makes the request for a shard's next page.
func (q *queryPlan) shardInput(s *shardRead, change func(*dynamodb.QueryInput)) *dynamodb.QueryInput {
	one := *q
	one.key.Partition, one.condition = inShard(q.key.Partition, s.number), s.condition
	in := one.input()
	if q.wanted > 0 {
		if s.page > 0 {
			s.asked = nextSize(s.asked, s.found, q.share(q.wanted-q.found))
		}
		in.Limit = aws.Int32(int32(max(s.asked, 1)))
	}
	if change != nil {
		change(in)
	}
	changeRequest(q.changes, in)
	if s.from != nil {
		in.ExclusiveStartKey = s.from
	}
	return in
}

// readShards reads the next page of each of the given shards, some at a time. When it returns, no request is under way.
func (q *queryPlan) readShards(ctx context.Context, shards []*shardRead, change func(*dynamodb.QueryInput)) ([]page, error) {
	requests := make([]*dynamodb.QueryInput, len(shards))
	for i, s := range shards {
		requests[i] = q.shardInput(s, change)
	}
	pages := make([]page, len(shards))
	outer := ctx
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var first sync.Once
	var failed error
	var next atomic.Int64
	read := func() {
		for ctx.Err() == nil {
			i := int(next.Add(1)) - 1
			if i >= len(shards) {
				return
			}
			var err error
			if pages[i], err = q.ask(ctx, requests[i]); err != nil {
				first.Do(func() { failed = err })
				cancel()
			}
		}
	}
	var others sync.WaitGroup
	for range min(len(shards), maxShardRequests) - 1 {
		others.Go(read)
	}
	read()
	others.Wait()
	if failed == nil {
		failed = outer.Err() // requests may have been left out for it
		if failed != nil {
			failed = q.fail(failed)
		}
	}
	if failed != nil {
		return nil, failed
	}
	for i, s := range shards {
		s.from, s.ended = pages[i].last, len(pages[i].last) == 0
		s.page, s.found = max(pages[i].count, 1), 0
	}
	return pages, nil
}

// shardStart returns the start key that a call's cursor stands for.
func (q *queryPlan) shardStart() (item, error) {
	if q.begin == nil {
		return nil, nil
	}
	from, err := q.begin(changeRequest(q.changes, q.input()))
	if err != nil {
		return nil, q.fail(err)
	}
	return from, nil
}

// merged are the wanted items of all shards in the order of their sort keys.
func (q *queryPlan) merged(ctx context.Context, wanted func(item) bool) iter.Seq2[item, error] {
	return func(yield func(item, error) bool) {
		from, err := q.shardStart()
		if err != nil {
			yield(nil, err)
			return
		}
		m := shardMerge{queryPlan: q}
		m.lacking = q.shardsOf(from)
		for {
			if err := m.fill(ctx); err != nil {
				yield(nil, err)
				return
			}
			if len(m.heap) == 0 {
				return
			}
			s := m.heap[0]
			it := s.items[0]
			if wanted(it) {
				q.found++
				s.found++
				if !yield(it, nil) || q.done() {
					return
				}
			}
			if err := m.advance(); err != nil {
				yield(nil, err)
				return
			}
		}
	}
}

// shardPages are the pages of all shards in no order that means anything.
func (q *queryPlan) shardPages(ctx context.Context, change func(*dynamodb.QueryInput)) iter.Seq2[page, error] {
	return func(yield func(page, error) bool) {
		left := q.shardsOf(nil)
		for {
			var open []*shardRead
			for _, s := range left {
				if !s.ended {
					open = append(open, s)
				}
			}
			if left = open; len(left) == 0 || q.done() {
				return
			}
			pages, err := q.readShards(ctx, left, change)
			if err != nil {
				yield(page{}, err)
				return
			}
			for i, p := range pages {
				left[i].found = p.count
				if !yield(p, nil) {
					return
				}
			}
		}
	}
}

// shardMerge merges what shards hold.
type shardMerge struct {
	*queryPlan
	heap    []*shardRead // those that have items, the one with the next first
	lacking []*shardRead // those that have to be read before the next item is known
}

// fill reads shards until each has an item or has ended. Where no limit says that little more is needed, those that will have
// to be read soon are read at the same time, so that the loop does not wait for each of them.
func (m *shardMerge) fill(ctx context.Context) error {
	for len(m.lacking) > 0 {
		var ask []*shardRead
		for _, s := range m.lacking {
			if !s.ended {
				ask = append(ask, s)
			}
		}
		m.lacking = nil
		if len(ask) == 0 {
			return nil
		}
		empty := len(ask)
		if m.wanted == 0 {
			for _, s := range m.heap {
				if !s.ended && 2*len(s.items) <= s.page {
					ask = append(ask, s)
				}
			}
		}
		pages, err := m.readShards(ctx, ask, nil)
		if err != nil {
			return err
		}
		for i, s := range ask {
			if i >= empty {
				s.items = append(s.items, pages[i].items...)
				continue
			}
			if s.items = pages[i].items; len(s.items) == 0 {
				m.lacking = append(m.lacking, s)
				continue
			}
			if err := m.readKey(s); err != nil {
				return err
			}
			m.heap = append(m.heap, s)
			m.up(len(m.heap) - 1)
		}
	}
	return nil
}

func (m *shardMerge) readKey(s *shardRead) error {
	key, ok := s.items[0][m.place.sort].(*types.AttributeValueMemberS)
	if !ok {
		return m.fail(errNoKeys)
	}
	s.key = key.Value
	return nil
}

// advance goes past the first item of the first shard.
func (m *shardMerge) advance() error {
	s := m.heap[0]
	if s.items = s.items[1:]; len(s.items) > 0 {
		if err := m.readKey(s); err != nil {
			return err
		}
	} else {
		last := len(m.heap) - 1
		m.heap[0] = m.heap[last]
		m.heap = m.heap[:last]
		m.lacking = append(m.lacking, s)
	}
	m.down()
	return nil
}

// before tells whether a shard's next item comes before another's. Against the order all is turned round, equal keys too.
func (m *shardMerge) before(a, b *shardRead) bool {
	order := strings.Compare(a.key, b.key)
	if order == 0 {
		order = a.number - b.number
	}
	return order < 0 != m.reverse
}

func (m *shardMerge) up(i int) {
	for i > 0 && m.before(m.heap[i], m.heap[(i-1)/2]) {
		m.heap[i], m.heap[(i-1)/2] = m.heap[(i-1)/2], m.heap[i]
		i = (i - 1) / 2
	}
}

func (m *shardMerge) down() {
	for i := 0; ; {
		first := i
		for _, child := range [...]int{2*i + 1, 2*i + 2} {
			if child < len(m.heap) && m.before(m.heap[child], m.heap[first]) {
				first = child
			}
		}
		if first == i {
			return
		}
		m.heap[i], m.heap[first] = m.heap[first], m.heap[i]
		i = first
	}
}
