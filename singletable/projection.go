package singletable

import (
	"slices"
	"strconv"
	"strings"
)

// Project reads only some attributes of the items, named as in their dynamodbav tags; the other fields of what is read are
// left zero. It saves transfer, not read capacity. The attributes of the keys, the type and the end of life come along by
// themselves, so that items of other types and expired ones can still be told, and fields that stand in the table's keys are
// set.
func Project(attributes ...string) GetOption {
	return option(func(s *settings) {
		if s.projection = append(s.projection, attributes...); len(attributes) == 0 || slices.Contains(attributes, "") {
			s.refuse("Project", "it names no attribute, or one without a name")
		}
	})
}

const projected = "#project" // and a number are the placeholders of projections

// project returns the ProjectionExpression for attributes, if there are any, and adds its placeholders to names, which it
// makes where there are none.
func (s source) project(attributes []string, names *map[string]string) *string {
	if len(attributes) == 0 {
		return nil
	}
	if *names == nil {
		*names = map[string]string{}
	}
	e := s.entity
	all := append([]string{e.key.partition, e.key.sort, e.table.typeAttribute}, s.keyNames()...)
	all = append(all, attributes...)
	if x := e.managed.expires; x != nil {
		all = append(all, x.Name)
	}
	slices.Sort(all)
	var aliases []string
	for i, name := range slices.Compact(all) {
		alias := projected + strconv.Itoa(i)
		(*names)[alias] = name
		aliases = append(aliases, alias)
	}
	expression := strings.Join(aliases, ", ")
	return &expression
}
