package singletable

import (
	"context"
	"maps"
	"net/http/httptrace"
	"sync/atomic"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// When the answer to a write is lost the SDK or its HTTP client sends the write again, and the second attempt may find in its way
// what the first one has done. The item that comes with the refusal tells: if it is what this call writes, with a time in it
// that this call set, the write was performed. Equal content without such a time proves nothing, since two callers may well
// write the same, and only one of them may be told that it was the one who created an item, or took the last piece. Another
// item proves nothing either, since somebody may have written it after this call, unless its version is the very one that this
// call would have made, and not 1, with which every item begins: this call's may have been deleted, or have expired, and another
// have been created. What cannot be told is [ErrUncertain]. The service's answer to a first attempt is never doubted.

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

// left tells who left the item that is there, where this write would have left written. If it is recognised by its time it is
// this call's.
func (e *entity) left(current, written item, recognised bool) author {
	same := sameItem(written, current)
	if same && recognised {
		return byThis
	}
	if version := e.managed.version; !same && version != nil {
		if is := current[version.Name]; equal(is, written[version.Name]) && !equal(is, number(1)) {
			return byOther // a single write from the same version
		}
	}
	return byEither
}

// putLeft is for writes of whole items.
func (e *entity) putLeft(written item, recognised bool) func(item) author {
	return func(current item) author { return e.left(current, written, recognised) }
}

// updateLeft is for a write of the named attributes of is to old.
func (e *entity) updateLeft(old, is item, names []string) func(item) author {
	return func(current item) author {
		written := maps.Clone(old)
		for _, name := range names {
			delete(written, name)
			if v, ok := is[name]; ok {
				written[name] = v
			}
		}
		return e.left(current, written, e.managed.updated != nil)
	}
}

// patchLeft is for a patch of an entity with a version, 0 for any, at a time. It is recognised by the two, unless what it
// replaced is to be returned.
func (e *entity) patchLeft(version int64, now types.AttributeValue, returnsOld bool) func(item) author {
	return func(current item) author {
		next := version == 0
		if version != 0 {
			is := current[e.managed.version.Name]
			if version != 1 && equal(is, number(version)) {
				return byOther // nothing has been written
			}
			next = equal(is, number(version+1))
		}
		stamped := now != nil && equal(current[e.managed.updated.Name], now)
		switch {
		case stamped && next && !returnsOld:
			return byThis
		case version != 0 && next && now != nil && !stamped:
			return byOther // a single write from the same version
		}
		return byEither
	}
}

func sameItem(a, b item) bool {
	return equal(&types.AttributeValueMemberM{Value: a}, &types.AttributeValueMemberM{Value: b})
}
