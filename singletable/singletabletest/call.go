package singletabletest

import (
	"context"
	"encoding/json"
	"maps"
	"slices"
	"strings"
)

// call is a request on its way through the engine, and what faults make of it.
type call struct {
	operation string
	body      []byte
	known     *scope

	unprocessed int  // of a batch, how many at its end are left; all if there are fewer
	answerLost  bool // the operation is performed, and nobody hears of it
}

// scope is what a request concerns, as far as faults want to know.
type scope struct {
	tables  []string // sorted, each once
	index   string   // of a query or scan
	actions int      // of a transaction
}

// named is the part of any request that says what it concerns.
type named struct {
	TableName     string
	IndexName     string
	RequestItems  map[string]json.RawMessage
	TransactItems []map[string]*struct{ TableName string }
}

// strike lets the faults do to the call what they have to. An error ends it before it is performed.
func (e *Engine) strike(ctx context.Context, c *call) error {
	for _, i := range e.injected() {
		if !i.strikes(c) {
			continue
		}
		if err := i.fault.Do.apply(ctx, c); err != nil || c.answerLost {
			return err
		}
	}
	return nil
}

// scope reads the request, once. One that cannot be read concerns nothing.
func (c *call) scope() scope {
	if c.known != nil {
		return *c.known
	}
	var in named
	found := scope{}
	if json.Unmarshal(c.body, &in) == nil {
		tables := slices.Collect(maps.Keys(in.RequestItems))
		if in.TableName != "" {
			tables = append(tables, in.TableName)
		}
		for _, action := range in.TransactItems {
			for _, a := range action {
				if a != nil {
					tables = append(tables, a.TableName)
				}
			}
		}
		for i, name := range tables {
			tables[i] = plainName(name)
		}
		slices.Sort(tables)
		found = scope{slices.Compact(tables), in.IndexName, len(in.TransactItems)}
	}
	c.known = &found
	return found
}

// plainName returns the name of a table that is given by its name or its ARN.
func plainName(name string) string {
	if strings.HasPrefix(name, "arn:") {
		_, name, _ = strings.Cut(name, ":table/")
	}
	return name
}
