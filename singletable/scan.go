package singletable

import (
	"context"
	"fmt"
	"iter"
	"maps"
	"sync"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
)

// Scan reads all entities of the type, in no order that means anything. It reads the whole table, and is paid for as that,
// whatever comes out: it is for exports, repairs and migrations. Items of other types are left out at DynamoDB. Ending the
// loop ends the reading; after an error there is nothing more.
func (r *Repo[T]) Scan(ctx context.Context, opts ...ScanOption) iter.Seq2[T, error] {
	return scan[T](ctx, r.source(), opts)
}

// maxSegments is how many parts of a table are read at once at most: more connections make no process faster.
const maxSegments = 256

// ParallelScan is a [Repo.Scan] that reads 1 to 256 parts of the table at once, each in a goroutine of its own. The loop gets the
// entities one after the other, as they come; a part that the loop is too slow for waits with one page read. When the loop
// ends, early or not, all reading has stopped.
func (r *Repo[T]) ParallelScan(ctx context.Context, segments int, opts ...ScanOption) iter.Seq2[T, error] {
	return parallelScan[T](ctx, r.source(), segments, opts)
}

// scanPlan is a scan, or one segment of it, with its options worked out, for one use.
type scanPlan struct {
	source
	settings
	pager

	segment, segments int // segments is 0 when all is read as one
}

func planScan(s source, opts []ScanOption) (*scanPlan, error) {
	set, err := open(s, "scan", opts)
	if err != nil {
		return nil, err
	}
	set.filter.ofTypeOrNone(s.entity)
	return &scanPlan{source: s, settings: set, pager: pager{wanted: set.limit}}, nil
}

func (s *scanPlan) fail(err error) error { return s.source.fail("scan", Key{}, err) }

// input makes the request for a page.
func (s *scanPlan) input() *dynamodb.ScanInput {
	names, values := maps.Clone(s.filter.names), maps.Clone(s.filter.values)
	in := &dynamodb.ScanInput{
		TableName:                 &s.entity.table.name,
		FilterExpression:          s.filter.text(),
		ExpressionAttributeNames:  names,
		ExpressionAttributeValues: values,
		ProjectionExpression:      s.project(s.projection, &names),
	}
	if s.index != "" {
		in.IndexName = &s.index
	}
	if s.consistent {
		in.ConsistentRead = &s.consistent
	}
	if s.segments > 0 {
		in.Segment, in.TotalSegments = aws.Int32(int32(s.segment)), aws.Int32(int32(s.segments))
	}
	return in
}

func (s *scanPlan) pages(ctx context.Context) iter.Seq2[page, error] {
	return s.pager.pages(func(size *int32, from item) (page, error) {
		in := s.input()
		in.Limit = size
		changeRequest(s.changes, in)
		if from != nil {
			in.ExclusiveStartKey = from
		}
		out, err := send(ctx, call{table: s.entity.table, op: "scan", entity: s.entity, index: s.index}, in, Client.Scan)
		if err != nil {
			return page{}, s.fail(err)
		}
		return page{out.Items, int(out.Count), out.LastEvaluatedKey}, nil
	})
}

func scan[T any](ctx context.Context, s source, opts []ScanOption) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		var zero T
		plan, err := planScan(s, opts)
		if err != nil {
			yield(zero, err)
			return
		}
		decodeAll(s.entity, plan.results(plan.pages(ctx), s.entity.holds), plan.fail, yield)
	}
}

// decodeAll decodes items until the loop ends or something fails.
func decodeAll[T any](e *entity, items iter.Seq2[item, error], fail func(error) error, yield func(T, error) bool) {
	var got, zero T // one place in memory for all: each is handed out as a copy
	for it, err := range items {
		if err == nil {
			got = zero
			if err = e.decode(it, &got); err != nil {
				err = fail(err)
			}
		}
		if err != nil {
			yield(zero, err)
			return
		}
		if !yield(got, nil) {
			return
		}
	}
}

func parallelScan[T any](ctx context.Context, s source, segments int, opts []ScanOption) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		var zero T
		plan, err := planScan(s, opts)
		if err == nil && (segments < 1 || segments > maxSegments) {
			err = s.wrongOption("scan", &OptionError{
				Option: "segments", Err: fmt.Errorf("it is %d, and there can be 1 to %d", segments, maxSegments),
			})
		}
		if err != nil {
			yield(zero, err)
			return
		}
		all := &pager{wanted: plan.limit}
		decodeAll(s.entity, all.results(plan.parallel(ctx, segments), s.entity.holds), plan.fail, yield)
	}
}

// parallel reads the pages of all segments, in goroutines that have ended when the loop has.
func (s *scanPlan) parallel(ctx context.Context, segments int) iter.Seq2[page, error] {
	type result struct {
		page page
		err  error
	}
	return func(yield func(page, error) bool) {
		outer := ctx
		ctx, cancel := context.WithCancel(ctx)
		var readers sync.WaitGroup
		defer readers.Wait()
		defer cancel()
		results := make(chan result)
		for i := range segments {
			segment := *s
			segment.segment, segment.segments = i, segments
			readers.Go(func() {
				for got, err := range segment.pages(ctx) {
					for _, it := range got.items {
						if s.entity.holds(it) {
							segment.found++
						}
					}
					select {
					case results <- result{got, err}:
					case <-ctx.Done():
						return
					}
				}
			})
		}
		go func() {
			readers.Wait()
			close(results)
		}()
		for r := range results {
			if !yield(r.page, r.err) || r.err != nil {
				return
			}
		}
		if err := outer.Err(); err != nil { // readers may have ended by it without a word
			yield(page{}, s.fail(err))
		}
	}
}
