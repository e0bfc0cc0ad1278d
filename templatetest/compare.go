package templatetest

import (
	"cmp"
	"slices"
	"strings"
)

// compare reports in what the template's table is not the code's.
func (r *reader) compare(got, want declared) {
	r.compareKeys(got.key, want.key, got.pos, "the table")
	if !got.attributesUnread {
		r.compareAttributes(got, want)
	}
	for i, x := range got.indexes {
		if slices.ContainsFunc(got.indexes[:i], func(o index) bool { return o.name == x.name }) {
			r.report(x.pos, "index %s: there is another one of this name", x.name)
			continue
		}
		j := slices.IndexFunc(want.indexes, func(o index) bool { return o.name == x.name })
		if j < 0 {
			r.report(x.pos, "index %s: the code has no such index", x.name)
			continue
		}
		r.compareIndexes(x, want.indexes[j])
	}
	for _, x := range want.indexes {
		if !got.indexesUnread && !slices.ContainsFunc(got.indexes, func(o index) bool { return o.name == x.name }) {
			r.report(got.pos, "index %s is missing: the code has it with %s", x.name, x.key)
		}
	}
	r.compareExpiry(got, want.expiry)
}

func (r *reader) compareKeys(got, want key, pos Pos, what string) {
	if !got.unread && !slices.Equal(got.parts, want.parts) {
		r.report(cmp.Or(got.pos, pos), "%s: the key is %s, and the code has %s", what, got, want)
	}
}

func (r *reader) compareAttributes(got, want declared) {
	for i, a := range got.attributes {
		named := func(o attribute) bool { return o.name == a.name }
		if slices.ContainsFunc(got.attributes[:i], named) {
			r.report(a.pos, "attribute %s: it is defined twice", a.name)
			continue
		}
		switch j := slices.IndexFunc(want.attributes, named); {
		case j < 0:
			r.report(a.pos, "attribute %s: it is defined, and the code has it in no key", a.name)
		case a.typ != want.attributes[j].typ:
			r.report(a.pos, "attribute %s: the type is %s, and the code has %s", a.name, a.typ, want.attributes[j].typ)
		}
	}
	for _, a := range want.attributes {
		if !slices.ContainsFunc(got.attributes, func(o attribute) bool { return o.name == a.name }) {
			r.report(got.pos, "attribute %s is not defined: the code has it in a key, of type %s", a.name, a.typ)
		}
	}
}

func (r *reader) compareIndexes(got, want index) {
	what := "index " + got.name
	if got.local != want.local {
		r.report(got.pos, "%s: it is %s, and the code has %s", what, locality(got.local), locality(want.local))
	}
	r.compareKeys(got.key, want.key, got.pos, what)
	g, w := got.projection, want.projection
	if g.unread {
		return
	}
	same := g.typ == w.typ && slices.Equal(slices.Sorted(slices.Values(g.attributes)), slices.Sorted(slices.Values(w.attributes)))
	if !same {
		r.report(g.pos, "%s: the projection is %s, and the code reads %s", what, g, w)
	}
}

func (r *reader) compareExpiry(got declared, want expiry) {
	g := got.expiry
	if g.unread {
		return
	}
	if !g.enabled {
		g.attribute = ""
	}
	switch pos := cmp.Or(g.pos, got.pos); {
	case g.attribute == want.attribute:
	case want.attribute == "":
		r.report(pos, "time to live: the attribute is %s, and nothing in the code expires by it", g.attribute)
	case g.attribute == "":
		r.report(pos, "time to live: it is off, and the code has the attribute %s", want.attribute)
	default:
		r.report(pos, "time to live: the attribute is %s, and the code has %s", g.attribute, want.attribute)
	}
}

func locality(local bool) string {
	if local {
		return "local"
	}
	return "global"
}

// String writes the key in its order: partition key a, b, sort key c.
func (k key) String() string {
	if len(k.parts) == 0 {
		return "empty"
	}
	var b strings.Builder
	role := ""
	for i, p := range k.parts {
		if i > 0 {
			b.WriteString(", ")
		}
		if p.role != role {
			b.WriteString(roleName(p.role) + " ")
		}
		b.WriteString(p.attribute)
		role = p.role
	}
	return b.String()
}

func roleName(role string) string {
	switch role {
	case partition:
		return "partition key"
	case sort:
		return "sort key"
	}
	return role
}

// String writes the projection: INCLUDE (a, b).
func (p projection) String() string {
	if len(p.attributes) == 0 {
		return cmp.Or(p.typ, "none")
	}
	return p.typ + " (" + strings.Join(p.attributes, ", ") + ")"
}
