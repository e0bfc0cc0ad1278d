package itemcodec_test

import (
	"errors"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/lambdapatterns/lambdapatterns/singletable/internal/itemcodec"
)

// ownItem makes and reads items as a whole.
type ownItem struct{ made item }

func (o ownItem) MarshalDynamoDBAttributeValue() (types.AttributeValue, error) {
	if o.made == nil {
		return nil, errOwn
	}
	return avM(o.made), nil
}

func (o *ownItem) UnmarshalDynamoDBAttributeValue(av types.AttributeValue) error {
	m, ok := av.(*types.AttributeValueMemberM)
	if !ok || len(m.Value) == 0 {
		return errOwn
	}
	o.made = m.Value
	return nil
}

type notAnItem struct{ A string }

func (notAnItem) MarshalDynamoDBAttributeValue() (types.AttributeValue, error) {
	return avS("text"), nil
}

func TestNewTakesStructsOnly(t *testing.T) {
	t.Parallel()
	_, err := itemcodec.New[map[string]string]()
	_, err2 := itemcodec.New[*order]()
	_, err3 := itemcodec.NewPlan(nil)
	for _, err := range []error{err, err2, err3} {
		if err == nil || !strings.Contains(err.Error(), "no struct") {
			t.Errorf("%v", err)
		}
	}
}

func TestPlanTakesItsTypeOnly(t *testing.T) {
	t.Parallel()
	p := codecOf[order](t).Plan()
	if p.Type() != reflect.TypeFor[order]() {
		t.Errorf("%v", p.Type())
	}
	for _, v := range []any{nil, order{}, &address{}, "text"} {
		if _, err := p.Encode(v, 0); err == nil {
			t.Errorf("%T was encoded", v)
		}
		if err := p.Decode(item{}, v); err == nil {
			t.Errorf("decoded into %T", v)
		}
	}
}

func TestNilPointers(t *testing.T) {
	t.Parallel()
	c := codecOf[order](t)
	it, err := c.Encode(nil, 2)
	if err != nil || it == nil || len(it) != 0 {
		t.Errorf("%v, %v: attributevalue makes an empty item of nil", it, err)
	}
	var invalid *attributevalue.InvalidUnmarshalError
	if err := c.Decode(item{}, nil); !errors.As(err, &invalid) {
		t.Errorf("%v", err)
	}
}

// Types that encode themselves are left to do so, and the caller may write into the item.
func TestItemsOfTheirOwn(t *testing.T) {
	t.Parallel()
	own := planOf(t, reflect.TypeFor[ownItem]())
	v := &ownItem{item{"a": avS("1")}}
	it := sameEncoding(t, own, v)
	it["PK"] = avS("key")
	if len(v.made) != 1 {
		t.Errorf("the method's map was written into: %v", v.made)
	}
	sameEncoding(t, own, &ownItem{})
	sameDecoding(t, own, item{"a": avS("1")}, &ownItem{}, &ownItem{})
	sameDecoding(t, own, item{}, &ownItem{}, &ownItem{})
	if !own.EncodesItself() {
		t.Error("it does encode itself")
	}
	for _, v := range []any{&notAnItem{"a"}, &time.Time{}, &unnamed{B: 1}, &nothing{"a"}} {
		p := planOf(t, reflect.TypeOf(v).Elem())
		sameEncoding(t, p, v)
		fresh := func() any { return reflect.New(p.Type()).Interface() }
		sameDecoding(t, p, item{"A": avS("x"), "B": avN("2")}, fresh(), fresh())
	}
}

// What one call hands out is its own: neither a later call nor another attribute shares memory that somebody may change.
func TestItemsShareNothing(t *testing.T) {
	t.Parallel()
	c := codecOf[order](t)
	o := sample()
	first, err := c.Encode(&o, 0)
	if err != nil {
		t.Fatal(err)
	}
	for name, av := range first {
		switch av := av.(type) {
		case *types.AttributeValueMemberS:
			av.Value += " of " + name
		case *types.AttributeValueMemberN:
			av.Value += "0"
		}
	}
	for _, name := range []string{"user_id", "id", "status", "currency", "note"} {
		want := reflect.ValueOf(o).FieldByNameFunc(func(n string) bool { return strings.EqualFold(n, strings.ReplaceAll(name, "_", "")) }).String() + " of " + name
		if got := first[name].(*types.AttributeValueMemberS).Value; got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	sameEncoding(t, c.Plan(), &o)

	again, err := c.Encode(&order{}, 0)
	if err != nil {
		t.Fatal(err)
	}
	if other, err := c.Encode(&order{}, 0); err != nil || other["tags"] == again["tags"] {
		t.Errorf("two items share a null, or %v", err)
	}

	type holder struct{ Bytes []byte }
	b := holder{[]byte("abc")}
	plan := planOf(t, reflect.TypeFor[holder]())
	it := sameEncoding(t, plan, &b)
	b.Bytes[0] = 'x'
	if got := it["Bytes"].(*types.AttributeValueMemberB).Value; string(got) != "abc" {
		t.Errorf("the item's bytes became %q", got)
	}
	var back holder
	if err := plan.Decode(it, &back); err != nil {
		t.Fatal(err)
	}
	back.Bytes[0] = 'y'
	if got := it["Bytes"].(*types.AttributeValueMemberB).Value; string(got) != "abc" {
		t.Errorf("the item's bytes became %q", got)
	}
}

// One codec serves many goroutines.
func TestConcurrentUse(t *testing.T) {
	t.Parallel()
	c := codecOf[order](t)
	want := sample()
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 100 {
				o := sample()
				it, err := c.Encode(&o, 3)
				if err != nil {
					t.Error(err)
					return
				}
				var got order
				if err := c.Decode(it, &got); err != nil || !reflect.DeepEqual(got, want) {
					t.Errorf("%+v, %v", got, err)
					return
				}
			}
		})
	}
	wg.Wait()
}

// Types without an end can be compiled, and encoded where they have one. Decoding into such pointers has none.
func TestTypesWithoutEnd(t *testing.T) {
	t.Parallel()
	type endless *endless
	type loop struct {
		P endless
		L []loop
		M map[string]*loop
		A [2]*loop
		*order
	}
	p := planOf(t, reflect.TypeFor[loop]())
	sameEncoding(t, p, &loop{})
	it := sameEncoding(t, p, &loop{P: ptr(endless(nil)), L: []loop{{}}, M: map[string]*loop{"a": {}}})
	delete(it, "P")
	sameDecoding(t, p, it, &loop{}, &loop{})
}
