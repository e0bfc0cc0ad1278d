package singletable

import "github.com/aws/aws-sdk-go-v2/service/dynamodb"

// source is where a call reads: the table or an index, for one entity.
type source struct {
	entity *entity
	place  *place          // nil: the entity is not in the index, or the index goes by own attributes
	own    *attributePlace // of such an index
	index  string          // empty for the table
}

func (r *Repo[T]) source() source { return source{entity: r.entity, place: &r.entity.key} }

// open checks the options that a call was given, and that there is something to read.
func open[O applier](s source, op string, opts []O) (settings, error) {
	set := settingsOf(opts)
	set.buildFilters()
	if s.index != "" && set.consistent {
		set.refuse("Consistent", "reads of an index are eventually consistent only")
	}
	if s.place == nil && s.own == nil {
		return set, &KeyError{
			Entity: s.entity.schema.Type, Pattern: s.index,
			Reason: s.entity.notIn(s.index),
		}
	}
	if err := set.changes.unfit(readsBy(op)); err != nil {
		set.refuse("Change", "%w", err)
	}
	if set.wrong != nil {
		return set, s.wrongOption(op, set.wrong)
	}
	return set, nil
}

// readsBy tells which requests a call that reads sends.
func readsBy(op string) func(any) bool {
	switch op {
	case "get":
		return changesOf[dynamodb.GetItemInput]
	case "batch get":
		return changesOf[dynamodb.BatchGetItemInput]
	case "scan":
		return changesOf[dynamodb.ScanInput]
	}
	return changesOf[dynamodb.QueryInput]
}

// settingsOf applies options. The usual call has none, and allocates nothing for them.
func settingsOf[O applier](opts []O) settings {
	if len(opts) == 0 {
		return settings{}
	}
	var set settings
	for _, o := range opts {
		if any(o) != nil {
			o.apply(&set)
		}
	}
	return set
}

// wrongOption completes the error of an option.
func (s source) wrongOption(op string, e *OptionError) error {
	e.Op, e.Entity = op, s.entity.schema.Type
	return e
}

func (s source) fail(op string, key Key, err error) error {
	return &ItemError{Op: op, Entity: s.entity.schema.Type, Index: s.index, Key: key, Err: err}
}
