package itemcodec

import (
	"bytes"
	"slices"
	"strings"
	"unicode/utf8"
)

// nameIndex finds names as attributevalue does. It is a hash table with open addressing, at most a quarter full, which takes half
// the time of Go's map.
type nameIndex struct {
	names   []string
	slots   []int32 // 1 + the name's place; 0 is free
	letters []byte  // the names' first letters in lower case; nil if some are not ASCII
}

func indexNames(names []string) nameIndex {
	size := 4
	for size < 4*len(names) {
		size *= 2
	}
	x := nameIndex{names, make([]int32, size), make([]byte, len(names))}
	for i, name := range names {
		slot := x.slot(name)
		for x.slots[slot] != 0 {
			slot = x.next(slot)
		}
		x.slots[slot] = int32(i + 1)
		x.letters[i] = lower(name[0])
	}
	if slices.ContainsFunc(names, func(n string) bool { return n[0] >= utf8.RuneSelf }) {
		x.letters = nil
	}
	return x
}

// slot returns where the search for a name begins. Names of fields are given by the program, so that nobody can make them collide.
func (x *nameIndex) slot(name string) uint {
	if name == "" {
		return 0
	}
	h := uint(len(name))*7 + uint(name[0])*31 + uint(name[len(name)-1])*131 + uint(name[len(name)/2])*17
	return h & uint(len(x.slots)-1)
}

func (x *nameIndex) next(slot uint) uint { return (slot + 1) & uint(len(x.slots)-1) }

// find returns the place of exactly this name or else of the first that differs from it in case alone, as strings.EqualFold
// sees it; -1 if there is none.
func (x *nameIndex) find(name string) int {
	for slot := x.slot(name); ; slot = x.next(slot) {
		i := int(x.slots[slot]) - 1
		if i < 0 {
			return x.fold(name)
		}
		if x.names[i] == name {
			return i
		}
	}
}

// fold finds names that differ in case. Most items hold attributes that are no fields, so that not finding one has to be quick: in
// ASCII, names whose first letters differ are told by those alone.
func (x *nameIndex) fold(name string) int {
	if name == "" {
		return -1
	}
	if x.letters == nil || name[0] >= utf8.RuneSelf {
		return slices.IndexFunc(x.names, func(n string) bool { return strings.EqualFold(n, name) })
	}
	for from := 0; ; from++ {
		next := bytes.IndexByte(x.letters[from:], lower(name[0]))
		if next < 0 {
			return -1
		}
		if from += next; strings.EqualFold(x.names[from], name) {
			return from
		}
	}
}

// lower makes ASCII letters lower-case. What it makes of other bytes is of no matter, if it is the same always.
func lower(c byte) byte { return c | 0x20 }
