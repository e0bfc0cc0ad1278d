package itemcodec

import (
	"cmp"
	"reflect"
	"slices"
	"strings"
)

// Attribute is a field of a struct that is stored as an attribute.
type Attribute struct {
	Name    string
	Field   reflect.StructField // Index leads from the struct to the field
	Options Options
	Pointer bool // the way to the field leads through an embedded pointer, which may be nil
}

// Options are what a field's dynamodbav tag says after the name.
type Options struct {
	OmitEmpty, OmitEmptyElem        bool
	NullEmpty, NullEmptyElem        bool
	String                          bool
	BinarySet, NumberSet, StringSet bool
	UnixTime                        bool
}

// elem returns the options under which the elements of a slice, array or map are encoded.
func (o Options) elem() Options {
	return Options{OmitEmpty: o.OmitEmptyElem, OmitEmptyElem: o.OmitEmptyElem, NullEmpty: o.NullEmptyElem}
}

// option returns what a word in a tag stands for; nil where the word is unknown, which attributevalue ignores.
func (o *Options) option(word string) *bool {
	switch word {
	case "omitempty":
		return &o.OmitEmpty
	case "omitemptyelem":
		return &o.OmitEmptyElem
	case "nullempty":
		return &o.NullEmpty
	case "nullemptyelem":
		return &o.NullEmptyElem
	case "string":
		return &o.String
	case "binaryset":
		return &o.BinarySet
	case "numberset":
		return &o.NumberSet
	case "stringset":
		return &o.StringSet
	case "unixtime":
		return &o.UnixTime
	}
	return nil
}

const tagKey = "dynamodbav"

// tag returns a struct tag that gives a field a name and these options.
func (o Options) tag(name string) reflect.StructTag {
	text := name
	for _, word := range []string{"omitempty", "omitemptyelem", "nullempty", "nullemptyelem", "string", "binaryset",
		"numberset", "stringset", "unixtime"} {
		if *o.option(word) {
			text += "," + word
		}
	}
	return reflect.StructTag(tagKey + `:"` + text + `"`)
}

// parseTag reads a field's tag.
func parseTag(t reflect.StructTag) (name string, o Options) {
	words := strings.Split(t.Get(tagKey), ",")
	for _, word := range words[1:] {
		if set := o.option(word); set != nil {
			*set = true
		}
	}
	return words[0], o
}

// attributesOf finds a struct's attributes by attributevalue's rules, in the order of the fields. Embedded structs without a
// name in their tag are flattened, also through a pointer. Of several fields with one name the shallowest counts, and among
// those the one that is named by its tag; if that leaves several, none does.
func attributesOf(t reflect.Type) []Attribute {
	type embedded struct {
		t       reflect.Type
		index   []int
		pointer bool
	}
	type claim struct {
		Attribute
		tagged    bool
		ambiguous bool
	}
	claims := map[string]*claim{}
	seen := map[reflect.Type]bool{}
	times := map[reflect.Type]int{} // how often a type is embedded at the current depth: its fields hide each other
	for level := []embedded{{t: t}}; len(level) > 0; {
		var next []embedded
		nextTimes := map[reflect.Type]int{}
		for _, e := range level {
			if seen[e.t] {
				continue
			}
			seen[e.t] = true
			for i := range e.t.NumField() {
				f := e.t.Field(i)
				name, options := parseTag(f.Tag)
				if !f.IsExported() && !f.Anonymous || name == "-" {
					continue
				}
				f.Index = append(slices.Clone(e.index), i)
				if inner, pointer := pointedTo(f.Type); f.Anonymous && name == "" && inner.Kind() == reflect.Struct {
					if nextTimes[inner]++; nextTimes[inner] == 1 {
						next = append(next, embedded{inner, f.Index, e.pointer || pointer})
					}
					continue
				}
				c := &claim{
					Attribute: Attribute{cmp.Or(name, f.Name), f, options, e.pointer},
					tagged:    name != "",
					ambiguous: times[e.t] > 1,
				}
				switch rival := claims[c.Name]; {
				case rival == nil:
					claims[c.Name] = c
				case len(rival.Field.Index) < len(f.Index) || rival.tagged && !c.tagged:
				case c.tagged && !rival.tagged:
					claims[c.Name] = c
				default:
					rival.ambiguous = true
				}
			}
		}
		level, times = next, nextTimes
	}
	var all []Attribute
	for _, c := range claims {
		if !c.ambiguous {
			all = append(all, c.Attribute)
		}
	}
	slices.SortFunc(all, func(a, b Attribute) int { return slices.Compare(a.Field.Index, b.Field.Index) })
	return all
}

// pointedTo returns what an unnamed pointer type points to, and any other type as it is.
func pointedTo(t reflect.Type) (reflect.Type, bool) {
	if t.Kind() == reflect.Pointer && t.Name() == "" {
		return t.Elem(), true
	}
	return t, false
}
