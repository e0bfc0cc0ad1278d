package singletabletest

import "slices"

// metricsSize is the value of ReturnItemCollectionMetrics that asks for them.
const metricsSize = "SIZE"

// collectionSize is what ReturnItemCollectionMetrics asks for. Only tables with local secondary indexes have it. The
// estimate is that of a small collection, whatever there is.
type collectionSize struct {
	ItemCollectionKey   mapValue
	SizeEstimateRangeGB [2]float64
}

// collectionSizes are those of several writes, by table.
type collectionSizes map[string][]collectionSize

// add notes a write's collection if the request wants to know.
func (c *collectionSizes) add(w write, wanted string) {
	if wanted != metricsSize {
		return
	}
	size := w.collectionSize()
	if size == nil {
		return
	}
	if *c == nil {
		*c = collectionSizes{}
	}
	name := w.table.name()
	(*c)[name] = append((*c)[name], *size)
}

func (w write) collectionSize() *collectionSize {
	local := func(x *index) bool { return !x.global }
	if !slices.ContainsFunc(w.table.indexes, local) {
		return nil
	}
	item := w.item
	if item == nil {
		item = w.oldItem()
	}
	if item == nil {
		return nil
	}
	name := w.table.key.partition[0].name
	return &collectionSize{mapValue{name: item[name]}, [2]float64{0, 1}}
}
