package singletabletest

import "slices"

const parameterCondition = "ConditionExpression"

// The values of ReturnValues.
const (
	returnNone       = "NONE"
	returnAllOld     = "ALL_OLD"
	returnAllNew     = "ALL_NEW"
	returnUpdatedOld = "UPDATED_OLD"
	returnUpdatedNew = "UPDATED_NEW"
)

// writeParameters are the parameters that all writes have, alone and in a transaction.
type writeParameters struct {
	TableName                           *string
	ConditionExpression                 *string
	ExpressionAttributeNames            map[string]string
	ExpressionAttributeValues           wireItem
	ReturnValuesOnConditionCheckFailure string
	legacyParameters
}

type putAction struct {
	writeParameters
	Item wireItem
}

// keyAction is a Delete or a ConditionCheck.
type keyAction struct {
	writeParameters
	Key wireItem
}

type updateItemAction struct {
	keyAction
	UpdateExpression *string
}

// preparedWrite is a write with the condition that it depends on and what it still has to do to the item.
type preparedWrite struct {
	write
	holds      predicate
	update     *update
	returnsOld bool // a refusal carries the item
}

// check evaluates the condition.
func (p preparedWrite) check() error {
	item := p.oldItem()
	if p.holds == nil || p.holds(item) {
		return nil
	}
	if !p.returnsOld || item == nil {
		return errConditionFailed
	}
	return &apiError{code: codeConditionFailed, message: messageConditionFailed, item: item}
}

// finish makes the item that is to be written.
func (p preparedWrite) finish() (write, error) {
	if p.update == nil {
		return p.write, nil
	}
	if err := p.table.checkPaths(p.update); err != nil {
		return write{}, err
	}
	return p.updated(p.update)
}

// prepare compiles a write's condition, and its update expression where it has that parameter.
func (c writeParameters) prepare(w write, update ...expressionParameter) (preparedWrite, error) {
	p := preparedWrite{write: w}
	withValues := append(update, expressionParameter{parameterCondition, c.ConditionExpression})
	s, err := newSubstitutions(c.ExpressionAttributeNames, c.ExpressionAttributeValues, withValues)
	if err != nil {
		return p, err
	}
	for _, parameter := range update {
		if p.update, err = compileUpdate(parameter.source, s); err != nil {
			return p, err
		}
	}
	if p.holds, _, err = compileCondition(parameterCondition, c.ConditionExpression, s); err != nil {
		return p, err
	}
	if err := s.checkUsed(); err != nil {
		return p, err
	}
	if err := w.table.checkScalarKeys(s.nested); err != nil {
		return p, err
	}
	switch c.ReturnValuesOnConditionCheckFailure {
	case "", returnNone:
	case returnAllOld:
		p.returnsOld = true
	default:
		return p, validation("1 validation error detected: Value '%s' at 'returnValuesOnConditionCheckFailure' failed to satisfy constraint: Member must satisfy enum value set: [ALL_OLD, NONE]", c.ReturnValuesOnConditionCheckFailure)
	}
	return p, nil
}

// begin finds the table of a write.
func (e *Engine) begin(c writeParameters) (*table, error) {
	if err := c.refuse(); err != nil {
		return nil, err
	}
	return e.table(c.TableName)
}

func (e *Engine) preparePut(in putAction) (preparedWrite, error) {
	t, err := e.begin(in.writeParameters)
	if err != nil {
		return preparedWrite{}, err
	}
	w, err := t.put(in.Item)
	if err != nil {
		return preparedWrite{}, err
	}
	p, err := in.prepare(w)
	if err != nil {
		return p, err
	}
	return p, t.checkIndexKeys(w.item, emptyInItem)
}

// put prepares the write of an item as it came.
func (t *table) put(in wireItem) (write, error) {
	if in == nil {
		return write{}, validation("Item to put in PutItem cannot be null")
	}
	item, err := in.decode()
	if err != nil {
		return write{}, err
	}
	return t.preparePut(item)
}

var errNullKey = validation("Cannot have null key for GetItem, DeleteItem, or UpdateItem")

// decodeKey reads a Key parameter. Whether it is a key of the table is checked where it is used.
func decodeKey(in wireItem) (mapValue, error) {
	if in == nil {
		return nil, errNullKey
	}
	return in.decode()
}

func (e *Engine) prepareDelete(in keyAction) (preparedWrite, error) {
	t, err := e.begin(in.writeParameters)
	if err != nil {
		return preparedWrite{}, err
	}
	w, err := t.delete(in.Key)
	if err != nil {
		return preparedWrite{}, err
	}
	return in.prepare(w)
}

func (t *table) delete(in wireItem) (write, error) {
	key, err := decodeKey(in)
	if err != nil {
		return write{}, err
	}
	return t.prepareDelete(key)
}

func (e *Engine) prepareUpdate(in updateItemAction) (preparedWrite, error) {
	t, err := e.begin(in.writeParameters)
	if err != nil {
		return preparedWrite{}, err
	}
	key, err := decodeKey(in.Key)
	if err != nil {
		return preparedWrite{}, err
	}
	w, err := t.prepareUpdate(key)
	if err != nil {
		return preparedWrite{}, err
	}
	return in.prepare(w, expressionParameter{parameterUpdate, in.UpdateExpression})
}

type writeOutput struct {
	Attributes            mapValue          `json:",omitempty"`
	ConsumedCapacity      *consumedCapacity `json:",omitempty"`
	ItemCollectionMetrics *collectionSize   `json:",omitempty"`
}

// reporting are the parameters of single writes that say what to answer with.
type reporting struct {
	ReturnValues                string
	ReturnConsumedCapacity      string
	ReturnItemCollectionMetrics string
}

func (r reporting) checkReturnValues(allowed ...string) error {
	if r.ReturnValues != "" && r.ReturnValues != returnNone && !slices.Contains(allowed, r.ReturnValues) {
		return validation("Return values set to invalid value")
	}
	return nil
}

// write makes a prepared write, if its condition holds.
func (r reporting) write(p preparedWrite) (*writeOutput, error) {
	if err := p.check(); err != nil {
		return nil, err
	}
	w, err := p.finish()
	if err != nil {
		return nil, err
	}
	consumed := newCapacity(r.ReturnConsumedCapacity, w.table.name())
	w.commit(consumed)
	out := &writeOutput{ConsumedCapacity: consumed.report()}
	if r.ReturnItemCollectionMetrics == metricsSize {
		out.ItemCollectionMetrics = w.collectionSize()
	}
	switch r.ReturnValues {
	case returnAllOld:
		out.Attributes = w.oldItem()
	case returnAllNew:
		out.Attributes = w.item
	case returnUpdatedOld:
		out.Attributes = p.update.touched(w.oldItem())
	case returnUpdatedNew:
		out.Attributes = p.update.touched(w.item)
	}
	return out, nil
}

type putItemInput struct {
	putAction
	reporting
}

func (e *Engine) putItem(in *putItemInput) (*writeOutput, error) {
	if err := in.checkReturnValues(returnAllOld); err != nil {
		return nil, err
	}
	p, err := e.preparePut(in.putAction)
	if err != nil {
		return nil, err
	}
	return in.write(p)
}

type deleteItemInput struct {
	keyAction
	reporting
}

func (e *Engine) deleteItem(in *deleteItemInput) (*writeOutput, error) {
	if err := in.checkReturnValues(returnAllOld); err != nil {
		return nil, err
	}
	p, err := e.prepareDelete(in.keyAction)
	if err != nil {
		return nil, err
	}
	return in.write(p)
}

type updateItemInput struct {
	updateItemAction
	reporting
}

func (e *Engine) updateItem(in *updateItemInput) (*writeOutput, error) {
	if err := in.checkReturnValues(returnAllOld, returnAllNew, returnUpdatedOld, returnUpdatedNew); err != nil {
		return nil, err
	}
	p, err := e.prepareUpdate(in.updateItemAction)
	if err != nil {
		return nil, err
	}
	return in.write(p)
}
