package itemcodec

import (
	"sync"
	"unsafe"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// encoder holds the memory that one item's values are taken from: one allocation for all that the plan expects, and one for each kind
// of value that the elements of slices and maps need. What is handed out is never handed out again.
type encoder struct {
	strings slab[types.AttributeValueMemberS]
	numbers slab[types.AttributeValueMemberN]
	bools   slab[types.AttributeValueMemberBOOL]
	maps    slab[types.AttributeValueMemberM]
	lists   slab[types.AttributeValueMemberL]
	nulls   slab[types.AttributeValueMemberNULL]
	isNull  *types.AttributeValueMemberNULL // one for the item: it has nothing in it to tell it from others

	texts    []byte // the texts of numbers and times, one after the other
	moreText int    // bytes of the next allocation
	scratch  [64]byte
}

var encoders = sync.Pool{New: func() any { return new(encoder) }}

// newEncoder returns an encoder for the struct at p.
func newEncoder(l *layout, x *expected, p unsafe.Pointer) *encoder {
	e := encoders.Get().(*encoder)
	l.allocate(e)
	more := x.within(p)
	e.strings.size, e.numbers.size, e.bools.size = more.strings, more.numbers, more.bools
	e.maps.size, e.lists.size, e.moreText = more.maps, more.lists, more.text
	return e
}

// free lets go of the item's memory and makes the encoder ready for another.
func (e *encoder) free() {
	*e = encoder{}
	encoders.Put(e)
}

const (
	minText = 64
	maxText = 1024
)

// text returns a string of b, which may be the encoder's scratch. What has been handed out is appended to and never written over.
func (e *encoder) text(b []byte) string {
	start := len(e.texts)
	if cap(e.texts)-start < len(b) {
		e.texts, start = make([]byte, 0, max(len(b), e.moreText, minText)), 0
		e.moreText = min(2*cap(e.texts), maxText)
	}
	e.texts = append(e.texts, b...)
	return unsafe.String(unsafe.SliceData(e.texts[start:]), len(b))
}

func (e *encoder) string(s string) types.AttributeValue {
	av := e.strings.take()
	av.Value = s
	return av
}

func (e *encoder) number(n string) types.AttributeValue {
	av := e.numbers.take()
	av.Value = n
	return av
}

func (e *encoder) bool(b bool) types.AttributeValue {
	av := e.bools.take()
	av.Value = b
	return av
}

func (e *encoder) mapOf(m map[string]types.AttributeValue) types.AttributeValue {
	av := e.maps.take()
	av.Value = m
	return av
}

func (e *encoder) listOf(l []types.AttributeValue) types.AttributeValue {
	av := e.lists.take()
	av.Value = l
	return av
}

func (e *encoder) null() types.AttributeValue {
	if e.isNull == nil {
		e.isNull = e.nulls.take()
		e.isNull.Value = true
	}
	return e.isNull
}

// slab hands out values from memory that is allocated for several at once.
type slab[M any] struct {
	rest []M
	size int // of the next allocation
}

const maxSlab = 64

func (s *slab[M]) take() *M {
	if len(s.rest) == 0 {
		s.rest = make([]M, max(s.size, 1))
		s.size = min(2*len(s.rest), maxSlab)
	}
	m := &s.rest[0]
	s.rest = s.rest[1:]
	return m
}
