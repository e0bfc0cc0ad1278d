package itemcodec

import (
	"strings"
	"sync"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// encoder holds the memory that one item's values are taken from: one allocation for all strings, one for all numbers and so on,
// in place of one for each. What is handed out is never handed out again.
type encoder struct {
	strings slab[types.AttributeValueMemberS]
	numbers slab[types.AttributeValueMemberN]
	bools   slab[types.AttributeValueMemberBOOL]
	maps    slab[types.AttributeValueMemberM]
	lists   slab[types.AttributeValueMemberL]
	nulls   *types.AttributeValueMemberNULL // one for the item: it has nothing in it to tell it from others

	texts   strings.Builder // the texts of numbers and times, one after the other
	scratch [64]byte
}

var encoders = sync.Pool{New: func() any { return new(encoder) }}

func newEncoder(c counts) *encoder {
	e := encoders.Get().(*encoder)
	e.strings.size, e.numbers.size, e.bools.size = c.strings, c.numbers, c.bools
	e.maps.size, e.lists.size = c.maps, c.lists
	if c.text > 0 {
		e.texts.Grow(c.text)
	}
	return e
}

// free lets go of the item's memory and makes the encoder ready for another.
func (e *encoder) free() {
	*e = encoder{}
	encoders.Put(e)
}

// text returns a string of b, which may be the encoder's scratch.
func (e *encoder) text(b []byte) string {
	// A full builder would move what it holds; what it has handed out needs no move.
	if e.texts.Cap()-e.texts.Len() < len(b) {
		e.texts.Reset()
		e.texts.Grow(max(len(b), 64))
	}
	start := e.texts.Len()
	e.texts.Write(b)
	return e.texts.String()[start:]
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
	if e.nulls == nil {
		e.nulls = &types.AttributeValueMemberNULL{Value: true}
	}
	return e.nulls
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
