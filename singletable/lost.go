package singletable

import (
	"context"
	"fmt"
	"maps"
	"net/http/httptrace"
	"sync/atomic"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// When the answer to a write is lost the SDK or its HTTP client sends the write again, and the second attempt may find the first one's item in
// its way. The item that comes with the refusal tells: if it is what this call writes, with a time in it that this call set,
// the write was performed. Equal content without such a time proves nothing, since two callers may well write the same, and
// only one of them may be told that it was the one who created an item, or took the last piece. The service's answer to a
// first attempt is never doubted.

// watch returns a context for a try of a write in which t counts how often it is written to a connection. The SDK's attempts do
// not tell: an HTTP client may send a request again by itself when its connection breaks, as coldstart's does.
func (t *tries) watch(ctx context.Context) context.Context {
	written := new(atomic.Int32) // and not t, which then need not be on the heap
	t.written = written
	return httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{WroteHeaders: func() { written.Add(1) }})
}

// author is who left an item that is in the way of a write whose answer may have been lost.
type author uint8

const (
	byOther  author = iota
	byThis          // this write, performed by an attempt without an answer
	byEither        // that cannot be told
)

// errUnclear keeps a write from being worked out anew, which might do twice what it is to do once.
var errUnclear = fmt.Errorf("%w: an earlier attempt of this write, whose answer was lost, may have succeeded", ErrConflict)

// putLeft is for writes of whole items. They are not worked out anew, so it matters only whether they were performed.
func putLeft(written item) func(item) author {
	return func(current item) author {
		if sameItem(written, current) {
			return byThis
		}
		return byOther
	}
}

// updateLeft is for a write of the named attributes of is to old. A version that is the next one is a single other write's.
func (e *entity) updateLeft(old, is item, names []string) func(item) author {
	return func(current item) author {
		if current == nil {
			return byOther
		}
		written := maps.Clone(old)
		for _, name := range names {
			delete(written, name)
			if v, ok := is[name]; ok {
				written[name] = v
			}
		}
		same := sameItem(written, current)
		switch version := e.managed.version; {
		case same && e.managed.updated != nil:
			return byThis
		case !same && version != nil && equal(current[version.Name], is[version.Name]):
			return byOther
		}
		return byEither
	}
}

func sameItem(a, b item) bool {
	return equal(&types.AttributeValueMemberM{Value: a}, &types.AttributeValueMemberM{Value: b})
}
