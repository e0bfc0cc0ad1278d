package singletabletest

// getAction looks an item up, alone or in a transaction.
type getAction struct {
	TableName                *string
	Key                      wireItem
	ProjectionExpression     *string
	ExpressionAttributeNames map[string]string
	legacyParameters
}

// lookup is a getAction with its parameters checked.
type lookup struct {
	table      *table
	at         position
	projection *projection
}

func (e *Engine) prepareGet(in getAction) (lookup, error) {
	if err := in.refuse(); err != nil {
		return lookup{}, err
	}
	t, err := e.table(in.TableName)
	if err != nil {
		return lookup{}, err
	}
	key, err := decodeKey(in.Key)
	if err != nil {
		return lookup{}, err
	}
	l := lookup{table: t}
	if l.projection, err = t.soleProjection(in.ProjectionExpression, in.ExpressionAttributeNames); err != nil {
		return l, err
	}
	if err := t.key.checkKey(key); err != nil {
		return l, err
	}
	l.at = t.key.of(key)
	return l, nil
}

// soleProjection compiles the only expression of a request.
func (t *table) soleProjection(source *string, names map[string]string) (*projection, error) {
	s, err := newSubstitutions(names, nil, nil, expressionParameter{parameterProjection, source})
	if err != nil {
		return nil, err
	}
	p, err := compileProjection(source, s)
	if err != nil {
		return nil, err
	}
	if err := s.checkUsed(); err != nil {
		return nil, err
	}
	return p, t.checkScalarKeys(s.nested)
}

type getItemInput struct {
	getAction
	ConsistentRead         bool
	ReturnConsumedCapacity string
}

type getItemOutput struct {
	Item             mapValue          `json:",omitzero"`
	ConsumedCapacity *consumedCapacity `json:",omitempty"`
}

func (e *Engine) getItem(in *getItemInput) (*getItemOutput, error) {
	l, err := e.prepareGet(in.getAction)
	if err != nil {
		return nil, err
	}
	consumed := newCapacity(in.ReturnConsumedCapacity, l.table.name())
	found := l.table.items.find(l.at)
	consumed.readItem(found, in.ConsistentRead)
	out := &getItemOutput{ConsumedCapacity: consumed.report()}
	if found != nil {
		out.Item = l.projection.apply(found.item)
	}
	return out, nil
}
