package singletabletest

type queryInput struct {
	readParameters
	KeyConditionExpression *string
	ScanIndexForward       *bool
}

var errStartOutside = validation("The provided starting key does not match the range key predicate")

func (e *Engine) query(in *queryInput) (*pageOutput, error) {
	r, err := e.open(&in.readParameters, expressionParameter{parameterKeyCondition, in.KeyConditionExpression})
	if err != nil {
		return nil, err
	}
	if in.KeyConditionExpression == nil {
		return nil, validation("Either the KeyConditions or KeyConditionExpression parameter must be specified in the request.")
	}
	conditions, err := parseKeyConditions(*in.KeyConditionExpression, r.substitutions)
	if err != nil {
		return nil, err
	}
	if err := r.checkExpressions(); err != nil {
		return nil, err
	}
	partition, within, err := conditions.span(r.key)
	if err != nil {
		return nil, err
	}
	if err := r.checkFilterNames(); err != nil {
		return nil, err
	}
	if r.start != nil && (r.start.partition != partition || !within.contains(r.start.sort)) {
		return nil, errStartOutside
	}
	forward := in.ScanIndexForward == nil || *in.ScanIndexForward
	if r.end = within.last; !forward {
		r.end = within.first
	}
	return r.page(r.entries.query(partition, within, forward, r.start)), nil
}

// checkFilterNames refuses a filter on what the key condition is for, or on what the index does not have.
func (r *reader) checkFilterNames() error {
	for _, name := range r.filterNames {
		if r.key.has(name) {
			return validation("Filter Expression can only contain non-primary key attributes: Primary key attribute: %s", name)
		}
	}
	if r.index == nil {
		return nil
	}
	for _, name := range r.filterNames {
		if !r.index.projects(name) {
			return invalidParameter("Secondary index %s does not project one or more filter attributes: [%s]", r.index.name, name)
		}
	}
	return nil
}
