package singletabletest

type scanInput struct {
	readParameters
	Segment       *int
	TotalSegments *int
}

const maxSegments = 1000000

func (e *Engine) scan(in *scanInput) (*pageOutput, error) {
	r, err := e.open(&in.readParameters)
	if err != nil {
		return nil, err
	}
	if err := r.checkExpressions(); err != nil {
		return nil, err
	}
	part, err := in.segment()
	if err != nil {
		return nil, err
	}
	if r.start != nil && !part.contains(hashPartition(r.start.partition)) {
		return nil, validation("Exclusive start key must lie within the segment")
	}
	return r.page(r.entries.all(part, r.start)), nil
}

func (in *scanInput) segment() (segment, error) {
	if in.Segment == nil && in.TotalSegments == nil {
		return segment{0, 1}, nil
	}
	const outside = "1 validation error detected: Value '%d' at '%s' failed to satisfy constraint: Member must have value %s than or equal to %d"
	switch {
	case in.TotalSegments == nil:
		return segment{}, validation("If segment is specified, total segment must also be specified")
	case in.Segment == nil:
		return segment{}, validation("If total segments is specified, a particular segment must also be specified for this request")
	}
	number, total := *in.Segment, *in.TotalSegments
	switch {
	case total > maxSegments:
		return segment{}, validation(outside, total, "totalSegments", "less", maxSegments)
	case total < 1:
		return segment{}, validation(outside, total, "totalSegments", "greater", 1)
	case number < 0:
		return segment{}, validation(outside, number, "segment", "greater", 0)
	case number >= total:
		return segment{}, validation(outside, number, "segment", "less", total-1)
	}
	return segment{uint64(number), uint64(total)}, nil
}
