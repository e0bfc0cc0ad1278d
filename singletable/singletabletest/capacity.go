package singletabletest

import (
	"maps"
	"math"
	"slices"
)

// capacity adds up what a request consumes on one table, by the rules of "DynamoDB read and write operations". A nil
// capacity counts nothing.
type capacity struct {
	detailed bool // the request asks for the indexes too
	table    string
	base     float64
	local    map[string]float64
	global   map[string]float64
}

const (
	capacityNone    = "NONE"
	capacityTotal   = "TOTAL"
	capacityIndexes = "INDEXES"

	readUnit  = 4 << 10
	writeUnit = 1 << 10

	transactional = 2 // a transaction costs twice as much
)

// newCapacity returns what to count with for a ReturnConsumedCapacity parameter, nil for none.
func newCapacity(wanted, table string) *capacity {
	if wanted != capacityTotal && wanted != capacityIndexes {
		return nil
	}
	return &capacity{detailed: wanted == capacityIndexes, table: table}
}

func readUnits(size int, consistent bool) float64 {
	units := math.Ceil(float64(size) / readUnit)
	if !consistent {
		units /= 2
	}
	return units
}

func writeUnits(size int) float64 { return math.Ceil(float64(size) / writeUnit) }

// readItem counts an item that was looked up by its key. One that is not there costs as much as a small one.
func (c *capacity) readItem(e *entry, consistent bool) {
	if c == nil {
		return
	}
	size := 1
	if e != nil {
		size = e.size
	}
	c.base += readUnits(size, consistent)
}

// readPage counts what a query or scan read of the table, or of the index if x is not nil.
func (c *capacity) readPage(x *index, size int, consistent bool) {
	if c == nil {
		return
	}
	units := readUnits(size, consistent)
	if x == nil {
		c.base += units
		return
	}
	c.index(x, units)
}

func (c *capacity) index(x *index, units float64) {
	counts := &c.local
	if x.global {
		counts = &c.global
	}
	if *counts == nil {
		*counts = map[string]float64{}
	}
	(*counts)[x.name] += units
}

func (c *capacity) writeTable(t *table, old, entered *entry) {
	if c == nil {
		return
	}
	size := 1
	for _, e := range [...]*entry{old, entered} {
		if e != nil {
			size = max(size, e.size)
		}
	}
	c.base += writeUnits(size)
}

// writeIndex counts nothing where nothing changed, the larger of the two where an entry stays at its place, and both
// where it moves.
func (c *capacity) writeIndex(x *index, old, entered *entry, stays bool) {
	if c == nil {
		return
	}
	switch {
	case old != nil && entered != nil && stays:
		if !equal(old.item, entered.item) {
			c.index(x, writeUnits(max(old.size, entered.size)))
		}
	default:
		for _, e := range [...]*entry{old, entered} {
			if e != nil {
				c.index(x, writeUnits(e.size))
			}
		}
	}
}

// double makes the operations counted so far transactional.
func (c *capacity) double() {
	if c == nil {
		return
	}
	c.base *= transactional
	for _, counts := range [...]map[string]float64{c.local, c.global} {
		for name := range counts {
			counts[name] *= transactional
		}
	}
}

type consumedCapacity struct {
	TableName              string
	CapacityUnits          float64
	Table                  *consumedUnits           `json:",omitempty"`
	LocalSecondaryIndexes  map[string]consumedUnits `json:",omitempty"`
	GlobalSecondaryIndexes map[string]consumedUnits `json:",omitempty"`
}

type consumedUnits struct{ CapacityUnits float64 }

// report is the ConsumedCapacity of an answer.
func (c *capacity) report() *consumedCapacity {
	if c == nil {
		return nil
	}
	r := &consumedCapacity{TableName: c.table, CapacityUnits: c.base}
	local, global := report(c.local, &r.CapacityUnits), report(c.global, &r.CapacityUnits)
	if c.detailed {
		r.Table = &consumedUnits{c.base}
		r.LocalSecondaryIndexes, r.GlobalSecondaryIndexes = local, global
	}
	return r
}

func report(counts map[string]float64, total *float64) map[string]consumedUnits {
	units := map[string]consumedUnits{}
	for name, n := range counts {
		units[name] = consumedUnits{n}
		*total += n
	}
	return units
}

// capacities counts what a request consumes on several tables.
type capacities struct {
	wanted string
	tables map[string]*capacity
}

func (c *capacities) of(table string) *capacity {
	if c.tables == nil {
		c.tables = map[string]*capacity{}
	}
	counted, ok := c.tables[table]
	if !ok {
		counted = newCapacity(c.wanted, table)
		c.tables[table] = counted
	}
	return counted
}

func (c *capacities) report() []*consumedCapacity {
	var reports []*consumedCapacity
	for _, name := range slices.Sorted(maps.Keys(c.tables)) {
		if r := c.tables[name].report(); r != nil {
			reports = append(reports, r)
		}
	}
	return reports
}

// double makes everything counted so far transactional.
func (c *capacities) double() {
	for _, counted := range c.tables {
		counted.double()
	}
}
