package itemcodec_test

import (
	"reflect"
	"testing"

	"github.com/lambdapatterns/lambdapatterns/singletable/internal/itemcodec"
)

// Every value, under every option, makes what attributevalue makes of it, and that is read back as attributevalue reads it.
func TestEncodeAsAttributevalue(t *testing.T) {
	t.Parallel()
	plans := map[reflect.Type]*itemcodec.Plan{}
	for _, options := range tags {
		for typ, value := range samples {
			st := fieldOf(typ, options)
			p, ok := plans[st]
			if !ok {
				p = planOf(t, st)
				plans[st] = p
			}
			v := reflect.New(st)
			v.Elem().Field(0).Set(value)
			if it := sameEncoding(t, p, v.Interface()); it != nil {
				sameDecoding(t, p, it, reflect.New(st).Interface(), reflect.New(st).Interface())
			}
		}
	}
}

// Every kind of attribute is decoded into every type as by attributevalue: into zero values, and over what was decoded before.
func TestDecodeAsAttributevalue(t *testing.T) {
	t.Parallel()
	seen := map[reflect.Type]bool{}
	for typ := range samples {
		if seen[typ] {
			continue
		}
		seen[typ] = true
		for _, options := range []string{"", "string", "unixtime", "string,unixtime"} {
			st := fieldOf(typ, options)
			p := planOf(t, st)
			for _, first := range attributes {
				got, want := reflect.New(st), reflect.New(st)
				if !sameDecoding(t, p, item{"f": first}, got.Interface(), want.Interface()) {
					continue
				}
				if options != "" {
					continue
				}
				for _, second := range attributes {
					got, want := reflect.New(st), reflect.New(st)
					sameDecoding(t, p, item{"f": first}, got.Interface(), want.Interface())
					sameDecoding(t, p, item{"F": second}, got.Interface(), want.Interface())
				}
			}
		}
	}
}

// What a target holds already decides how it is decoded into.
func TestDecodeOverValues(t *testing.T) {
	t.Parallel()
	for typ, value := range samples {
		st := fieldOf(typ, "")
		p := planOf(t, st)
		for _, av := range attributes {
			got, want := reflect.New(st), reflect.New(st)
			got.Elem().Field(0).Set(clone(value))
			want.Elem().Field(0).Set(clone(value))
			sameDecoding(t, p, item{"f": av}, got.Interface(), want.Interface())
		}
	}
}

// Keys that are pointers are equal if what they point to is.
func TestMapsWithPointersForKeys(t *testing.T) {
	t.Parallel()
	type byPointer struct{ F map[*textKey]int }
	p := planOf(t, reflect.TypeFor[byPointer]())
	it := sameEncoding(t, p, &byPointer{map[*textKey]int{{A: 4}: 1}})
	var got byPointer
	if err := p.Decode(it, &got); err != nil {
		t.Fatal(err)
	}
	for k, v := range got.F {
		if k.A != 4 || v != 1 {
			t.Errorf("%v: %d", k, v)
		}
	}
	if len(got.F) != 1 {
		t.Errorf("%d entries", len(got.F))
	}
	type noMethod struct{ F map[*int]int }
	p = planOf(t, reflect.TypeFor[noMethod]())
	sameEncoding(t, p, &noMethod{map[*int]int{new(int): 1}})
	sameDecoding(t, p, item{"F": avM(item{"1": avN("1")})}, &noMethod{}, &noMethod{})
}

// clone copies what decoding writes into: maps, slices and what pointers point to, also in interfaces.
func clone(v reflect.Value) reflect.Value {
	c := reflect.New(v.Type()).Elem()
	c.Set(v)
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			p := reflect.New(v.Type().Elem())
			p.Elem().Set(clone(v.Elem()))
			c.Set(p.Convert(v.Type()))
		}
	case reflect.Interface:
		if !v.IsNil() {
			c.Set(clone(v.Elem()))
		}
	case reflect.Slice:
		if !v.IsNil() {
			c.Set(reflect.MakeSlice(v.Type(), v.Len(), v.Len()))
			for i := range v.Len() {
				c.Index(i).Set(clone(v.Index(i)))
			}
		}
	case reflect.Map:
		if !v.IsNil() {
			c.Set(reflect.MakeMap(v.Type()))
			for _, k := range v.MapKeys() {
				c.SetMapIndex(k, clone(v.MapIndex(k)))
			}
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				c.Field(i).Set(clone(v.Field(i)))
			}
		}
	case reflect.Array:
		for i := range v.Len() {
			c.Index(i).Set(clone(v.Index(i)))
		}
	}
	return c
}
