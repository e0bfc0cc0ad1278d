package singletabletest

// Sizes by the rules of "DynamoDB item sizes and formats". They decide the 400 KB of an item, the 1 MB of a page and
// the capacity that an operation consumes.

const (
	maxItemSize = 400 << 10
	maxPageSize = 1 << 20

	containerSize = 3 // of a list or a map, empty or not
	elementSize   = 1 // of each element of a list and each entry of a map
)

// itemSize is the sum of the names and values of the attributes.
func itemSize(item mapValue) int {
	size := 0
	for name, v := range item {
		size += len(name) + valueSize(v)
	}
	return size
}

func valueSize(v value) int {
	size := 0
	switch v := v.(type) {
	case stringValue:
		return len(v)
	case binaryValue:
		return len(v)
	case number:
		return v.size()
	case boolValue, nullValue:
		return 1
	case stringSet:
		for _, s := range v {
			size += len(s)
		}
	case binarySet:
		for _, s := range v {
			size += len(s)
		}
	case numberSet:
		for _, n := range v {
			size += n.size()
		}
	case listValue:
		size = containerSize
		for _, e := range v {
			size += elementSize + valueSize(e)
		}
	case mapValue:
		size = containerSize
		for name, e := range v {
			size += elementSize + len(name) + valueSize(e)
		}
	}
	return size
}

// size counts one byte for each two digits, in pairs that start at the decimal point, one more, and one for a minus.
func (n number) size() int {
	if n.digits == "" {
		return 1
	}
	first := floorHalf(n.point - 1)
	last := floorHalf(n.point - len(n.digits))
	size := first - last + 1 + 1
	if n.negative {
		size++
	}
	return size
}

// floorHalf is n/2 rounded down, below zero too.
func floorHalf(n int) int { return n >> 1 }
