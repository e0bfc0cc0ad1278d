package singletable

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"text/tabwriter"
)

// Describe returns the table's design as text: where the items of each type lie that has a repository so far, and the ways to
// them. It is for documentation and for a look during development.
func (t *Table) Describe() string {
	t.mu.Lock()
	entities := slices.Clone(t.entities)
	t.mu.Unlock()
	slices.SortFunc(entities, func(a, b *entity) int { return cmp.Compare(a.schema.Type, b.schema.Type) })

	var text strings.Builder
	w := tabwriter.NewWriter(&text, 0, 0, 2, ' ', 0)
	header := append([]string{"Entity"}, t.keyAttributes()...)
	for _, x := range t.attributeIndexes {
		header = append(header, x.name)
	}
	fmt.Fprintf(w, "%s\n", strings.Join(header, "\t"))
	for _, e := range entities {
		row := []string{e.schema.Type, e.key.partitionPattern(), e.key.sortKey.pattern}
		for _, a := range t.indexes {
			partition, sort := "-", "-"
			if i := slices.IndexFunc(e.indexes, func(p place) bool { return p.index == a.index }); i >= 0 {
				partition, sort = e.indexes[i].partitionPattern(), e.indexes[i].sortKey.pattern
			}
			row = append(row, partition, sort)
		}
		for _, x := range t.attributeIndexes {
			by := "-"
			if slices.ContainsFunc(e.attributePlaces, func(p attributePlace) bool { return p.index.name == x.name }) {
				by = x.String()
			}
			row = append(row, by)
		}
		fmt.Fprintf(w, "%s\n", strings.Join(row, "\t"))
	}
	fmt.Fprintf(w, "\nAccess\tBy\tCondition\n")
	for _, e := range entities {
		e.describeAccess(w)
	}
	if slices.ContainsFunc(entities, func(e *entity) bool { return len(e.unique) > 0 }) {
		fmt.Fprintf(w, "\nUnique\tValue\tHeld by\n")
	}
	for _, e := range entities {
		e.describeUnique(w)
	}
	_ = w.Flush() // writes to memory
	return trimLines(text.String())
}

func (e *entity) describeAccess(w *tabwriter.Writer) {
	name := e.schema.Type
	fmt.Fprintf(w, "one %s\t%s\t%s = %q, %s = %q\n", name, strings.Join(e.keyAttributes, ", "),
		e.key.access.partition, e.key.partitionPattern(), e.key.access.sort, e.key.sortKey.pattern)
	for _, p := range append([]place{e.key}, e.indexes...) {
		var by []string
		for _, part := range p.partitionKey.parts {
			if part.attribute != "" {
				by = append(by, part.attribute)
			}
		}
		if p.index == "" && len(by) == len(e.keyAttributes) {
			continue // the partition holds one entity: it is the access above
		}
		condition := fmt.Sprintf("%s = %q", p.access.partition, p.partitionPattern())
		if prefix := p.sortKey.literalPrefix(); prefix == p.sortKey.pattern {
			condition += fmt.Sprintf(", %s = %q", p.access.sort, prefix)
		} else if prefix != "" {
			condition += fmt.Sprintf(", begins_with(%s, %q)", p.access.sort, prefix)
		}
		where := ""
		if p.index != "" {
			if where = " through " + p.index; p.optional != nil {
				where += " (sparse)"
			}
		}
		fmt.Fprintf(w, "%ss%s\t%s\t%s\n", name, where, cmp.Or(strings.Join(by, ", "), "-"), condition)
	}
	for _, p := range e.attributePlaces {
		var condition []string
		for _, name := range p.index.partition {
			condition = append(condition, fmt.Sprintf("%s = {%[1]s}", name))
		}
		if len(p.index.sort) > 0 {
			condition = append(condition, "sorted by "+strings.Join(p.index.sort, ", "))
		}
		sparse := ""
		if p.sparse {
			sparse = " (sparse)"
		}
		fmt.Fprintf(w, "%ss through %s%s\t%s\t%s\n", name, p.index.name, sparse,
			strings.Join(p.index.partition, ", "), strings.Join(condition, ", "))
	}
}

// describeUnique shows where the claims of unique values lie, by which Holder finds their entities.
func (e *entity) describeUnique(w *tabwriter.Writer) {
	for _, c := range e.unique {
		fmt.Fprintf(w, "%s of %s\t%s\t%s = %q, %s = %q\n", c.name, e.schema.Type, c.value.pattern,
			e.key.access.partition, c.pattern(), e.key.access.sort, claimSort)
	}
}

// literalPrefix is what all keys of the pattern begin with.
func (k *keyPlan) literalPrefix() string {
	prefix := ""
	for i, p := range k.parts {
		if p.attribute != "" {
			break
		}
		if prefix += p.literal; i < len(k.parts)-1 {
			prefix += separator
		}
	}
	return prefix
}

// trimLines removes the spaces that the columns leave at the ends of lines.
func trimLines(text string) string {
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		lines[i] = strings.TrimRight(line, " ")
	}
	return strings.Join(lines, "\n")
}
