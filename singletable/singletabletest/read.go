package singletabletest

import "iter"

// readParameters are the parameters that Query and Scan have in common.
type readParameters struct {
	TableName                 *string
	IndexName                 *string
	Select                    string
	Limit                     *int
	ConsistentRead            bool
	FilterExpression          *string
	ProjectionExpression      *string
	ExpressionAttributeNames  map[string]string
	ExpressionAttributeValues wireItem
	ExclusiveStartKey         wireItem
	ReturnConsumedCapacity    string
	legacyParameters
}

const parameterFilter = "FilterExpression"

// The values of Select.
const (
	selectAll       = "ALL_ATTRIBUTES"
	selectProjected = "ALL_PROJECTED_ATTRIBUTES"
	selectSpecific  = "SPECIFIC_ATTRIBUTES"
	selectCount     = "COUNT"
)

var (
	errLimit       = validation("Limit must be greater than or equal to 1")
	errStartKey    = validation("The provided starting key is invalid")
	errStartSize   = validation("Exclusive Start Key must have same size as table's key schema")
	errStartKind   = validation("Type mismatch for attribute to update")
	errConsistency = validation("Consistent reads are not supported on global secondary indexes")
)

// reader is a Query or Scan with its parameters checked.
type reader struct {
	table         *table
	index         *index // nil for the table itself
	key           keySchema
	entries       *keyspace
	limit         int // 0 for none
	consistent    bool
	filter        predicate
	filterNames   []string
	projection    *projection
	counts        bool // the answer has no items
	fromTable     bool // items come from the table though an index is read
	substitutions *substitutions
	start         *position // nil to begin at the beginning
	end           string    // the sort key behind which there can be nothing, empty where that is not known
	consumed      *capacity
}

// checkExpressions checks what holds for all of the expressions together, once they are compiled.
func (r *reader) checkExpressions() error {
	if err := r.substitutions.checkUsed(); err != nil {
		return err
	}
	return r.table.checkScalarKeys(r.substitutions.nested)
}

// open finds the table and index and checks the parameters that need no key condition. The caller has yet to call
// checkExpressions.
func (e *Engine) open(in *readParameters, others ...expressionParameter) (*reader, error) {
	if err := in.refuse(); err != nil {
		return nil, err
	}
	t, err := e.table(in.TableName)
	if err != nil {
		return nil, err
	}
	r := &reader{table: t, key: t.key, entries: &t.items, consistent: in.ConsistentRead}
	r.consumed = newCapacity(in.ReturnConsumedCapacity, t.name())
	if in.IndexName != nil {
		if r.index = t.index(*in.IndexName); r.index == nil {
			return nil, validation("The table does not have the specified index: %s", *in.IndexName)
		}
		r.key, r.entries = r.index.key, &r.index.entries
		if r.index.global && r.consistent {
			return nil, errConsistency
		}
	}
	if in.Limit != nil {
		if r.limit = *in.Limit; r.limit < 1 {
			return nil, errLimit
		}
	}
	withValues := append([]expressionParameter{{parameterFilter, in.FilterExpression}}, others...)
	r.substitutions, err = newSubstitutions(in.ExpressionAttributeNames, in.ExpressionAttributeValues,
		withValues, expressionParameter{parameterProjection, in.ProjectionExpression})
	if err != nil {
		return nil, err
	}
	if r.filter, r.filterNames, err = compileCondition(parameterFilter, in.FilterExpression, r.substitutions); err != nil {
		return nil, err
	}
	if r.projection, err = compileProjection(in.ProjectionExpression, r.substitutions); err != nil {
		return nil, err
	}
	if err := r.choose(in.Select); err != nil {
		return nil, err
	}
	return r, r.startAt(in.ExclusiveStartKey)
}

// choose decides what the answer holds.
func (r *reader) choose(wanted string) error {
	switch wanted {
	case "", selectSpecific:
		if wanted != "" && r.projection == nil {
			return validation("Must specify the AttributesToGet or ProjectionExpression when choosing to get SPECIFIC_ATTRIBUTES")
		}
		return r.chooseProjected()
	case selectCount:
		if r.projection != nil {
			return validation("Cannot specify the ProjectionExpression when choosing to get only the Count")
		}
		r.counts = true
	case selectAll:
		if r.projection != nil {
			return validation("Cannot specify the ProjectionExpression when choosing to get ALL_ATTRIBUTES")
		}
		if r.index != nil && r.index.project.Type != projectAll {
			if r.index.global {
				return invalidParameter("Select type ALL_ATTRIBUTES is not supported for global secondary index %s because its projection type is not ALL", r.index.name)
			}
			r.fromTable = true
		}
	case selectProjected:
		switch {
		case r.index == nil:
			return validation("ALL_PROJECTED_ATTRIBUTES can be used only when Querying using an IndexName")
		case r.projection != nil:
			return validation("Cannot specify the ProjectionExpression when choosing to get ALL_PROJECTED_ATTRIBUTES")
		}
	default:
		return validation("Select must be ALL_ATTRIBUTES, ALL_PROJECTED_ATTRIBUTES, COUNT, or SPECIFIC_ATTRIBUTES")
	}
	return nil
}

// chooseProjected checks that an index has what the projection expression names. A local index fetches the rest from
// the table.
func (r *reader) chooseProjected() error {
	if r.index == nil || r.projection == nil {
		return nil
	}
	for _, name := range r.projection.names {
		if r.index.projects(name) {
			continue
		}
		if r.index.global {
			return invalidParameter("Global secondary index %s does not project [%s]", r.index.name, name)
		}
		r.fromTable = true
	}
	return nil
}

// startAt reads the ExclusiveStartKey.
func (r *reader) startAt(in wireItem) error {
	if in == nil {
		return nil
	}
	key, err := in.decode()
	if err != nil {
		return err
	}
	attributes := r.key.attributes()
	switch {
	case len(key) == 0 || r.index != nil && len(key) != len(attributes):
		return errStartKey
	case len(key) != len(attributes):
		return errStartSize
	}
	for _, a := range attributes {
		v, ok := key[a.name]
		switch {
		case !ok:
			return errStartKey
		case v.kind() != a.kind:
			return errStartKind
		}
	}
	at := r.key.of(key)
	r.start = &at
	return nil
}

type pageOutput struct {
	Items            []mapValue `json:",omitzero"`
	Count            int
	ScannedCount     int
	LastEvaluatedKey mapValue          `json:",omitempty"`
	ConsumedCapacity *consumedCapacity `json:",omitempty"`
}

// page reads entries until there are no more, the limit is reached or the page is full. Limit and size both count what
// was read, before the filter.
func (r *reader) page(entries iter.Seq[*entry]) *pageOutput {
	out := &pageOutput{}
	if !r.counts {
		out.Items = []mapValue{}
	}
	size := 0
	var last *entry
	for e := range entries {
		if size >= maxPageSize {
			out.LastEvaluatedKey = r.key.key(last.base.item)
			break
		}
		last = e
		size += e.size
		out.ScannedCount++
		if r.filter == nil || r.filter(e.item) {
			out.Count++
			r.collect(out, e)
		}
		if out.ScannedCount == r.limit {
			// Whether there are more items is not looked up. A table's last possible sort key says so by itself.
			if r.end == "" || r.end != e.sort {
				out.LastEvaluatedKey = r.key.key(e.base.item)
			}
			break
		}
	}
	r.consumed.readPage(r.index, size, r.consistent)
	out.ConsumedCapacity = r.consumed.report()
	return out
}

func (r *reader) collect(out *pageOutput, e *entry) {
	if r.counts {
		return
	}
	item := e.item
	if r.fromTable {
		item = e.base.item
		r.consumed.readItem(e.base, r.consistent)
	}
	out.Items = append(out.Items, r.projection.apply(item))
}
