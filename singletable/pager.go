package singletable

import (
	"iter"
	"math"

	"github.com/aws/aws-sdk-go-v2/aws"
)

// page is what one request of a Query or Scan brings.
type page struct {
	items []item
	count int  // of the items, also where they are not sent
	last  item // key of the last item that was read; empty at the end
}

// pager goes from page to page until there are no more or until as many results were found as are wanted.
type pager struct {
	wanted int  // results; 0 for all
	found  int  // results so far; who takes them out of the pages counts them here
	from   item // the key behind which the next page starts; nil for the beginning
}

// pages calls send for each page. A page may be empty and still not be the last one.
func (p *pager) pages(send func(size *int32, from item) (page, error)) iter.Seq2[page, error] {
	return func(yield func(page, error) bool) {
		asked := p.wanted
		for {
			var size *int32
			if p.wanted > 0 {
				asked = min(asked, math.MaxInt32)
				size = aws.Int32(int32(asked))
			}
			before := p.found
			got, err := send(size, p.from)
			if !yield(got, err) || err != nil {
				return
			}
			if p.from = got.last; len(p.from) == 0 || p.done() {
				return
			}
			if p.wanted > 0 {
				asked = nextSize(asked, p.found-before, p.wanted-p.found)
			}
		}
	}
}

// done tells whether all that is wanted has been found.
func (p *pager) done() bool { return p.wanted > 0 && p.found >= p.wanted }

// nextSize returns how many items to ask for after a page of a given size did not bring enough results, because DynamoDB
// counts items before it filters them: as many as the page's share of results lets expect to be needed, and more than ever
// after a page without any.
func nextSize(asked, found, missing int) int {
	size := 2 * float64(missing) * float64(asked) / float64(max(2*found, 1))
	return int(min(math.Ceil(size), math.MaxInt32))
}

// results takes the items that are wanted out of pages, and no more than the pager wants.
func (p *pager) results(pages iter.Seq2[page, error], wanted func(item) bool) iter.Seq2[item, error] {
	return func(yield func(item, error) bool) {
		for page, err := range pages {
			if err != nil {
				yield(nil, err)
				return
			}
			for _, it := range page.items {
				if !wanted(it) {
					continue
				}
				p.found++
				if !yield(it, nil) || p.done() {
					return
				}
			}
		}
	}
}
