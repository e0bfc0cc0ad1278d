package changes_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/lambdapatterns/lambdapatterns/singletable/changes"
)

func readFile(t testing.TB, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestItemConvertsEveryType(t *testing.T) {
	t.Parallel()
	const wire = `{
		"S": {"S": "text"}, "empty": {"S": ""},
		"N": {"N": "12345678901234567890123456789012345678"}, "exact": {"N": "0.10"}, "big": {"N": "9.99E+125"},
		"B": {"B": "AAEC/w=="}, "no bytes": {"B": ""},
		"yes": {"BOOL": true}, "no": {"BOOL": false}, "NULL": {"NULL": true},
		"SS": {"SS": ["a", "b"]}, "NS": {"NS": ["1", "2.50"]}, "BS": {"BS": ["AA==", "AQ=="]},
		"L": {"L": [{"S": "x"}, {"L": []}, {"NULL": true}, {"M": {"n": {"NS": ["3"]}}}]},
		"M": {"M": {"a": {"M": {"b": {"L": [{"N": "-1"}]}}}, "none": {"M": {}}}}
	}`
	want := map[string]types.AttributeValue{
		"S":        &types.AttributeValueMemberS{Value: "text"},
		"empty":    &types.AttributeValueMemberS{Value: ""},
		"N":        &types.AttributeValueMemberN{Value: "12345678901234567890123456789012345678"},
		"exact":    &types.AttributeValueMemberN{Value: "0.10"},
		"big":      &types.AttributeValueMemberN{Value: "9.99E+125"},
		"B":        &types.AttributeValueMemberB{Value: []byte{0, 1, 2, 255}},
		"no bytes": &types.AttributeValueMemberB{Value: []byte{}},
		"yes":      &types.AttributeValueMemberBOOL{Value: true},
		"no":       &types.AttributeValueMemberBOOL{Value: false},
		"NULL":     &types.AttributeValueMemberNULL{Value: true},
		"SS":       &types.AttributeValueMemberSS{Value: []string{"a", "b"}},
		"NS":       &types.AttributeValueMemberNS{Value: []string{"1", "2.50"}},
		"BS":       &types.AttributeValueMemberBS{Value: [][]byte{{0}, {1}}},
		"L": &types.AttributeValueMemberL{Value: []types.AttributeValue{
			&types.AttributeValueMemberS{Value: "x"},
			&types.AttributeValueMemberL{Value: []types.AttributeValue{}},
			&types.AttributeValueMemberNULL{Value: true},
			&types.AttributeValueMemberM{Value: map[string]types.AttributeValue{"n": &types.AttributeValueMemberNS{Value: []string{"3"}}}},
		}},
		"M": &types.AttributeValueMemberM{Value: map[string]types.AttributeValue{
			"a": &types.AttributeValueMemberM{Value: map[string]types.AttributeValue{
				"b": &types.AttributeValueMemberL{Value: []types.AttributeValue{&types.AttributeValueMemberN{Value: "-1"}}},
			}},
			"none": &types.AttributeValueMemberM{Value: map[string]types.AttributeValue{}},
		}},
	}
	var in image
	if err := json.Unmarshal([]byte(wire), &in); err != nil {
		t.Fatal(err)
	}
	got, err := changes.Item(in)
	if err != nil {
		t.Fatal(err)
	}
	for name := range want {
		if !reflect.DeepEqual(got[name], want[name]) {
			t.Errorf("%s: got %#v, want %#v", name, got[name], want[name])
		}
	}
	if len(got) != len(want) {
		t.Errorf("got %d attributes, want %d", len(got), len(want))
	}
	if back := imageOf(t, got); !reflect.DeepEqual(back, in) {
		t.Errorf("back it is %v, was %v", back, in)
	}
}

func TestItemRefusesAValueWithoutType(t *testing.T) {
	t.Parallel()
	var none events.DynamoDBAttributeValue
	for name, in := range map[string]events.DynamoDBAttributeValue{
		"bare": none, "in a list": events.NewListAttribute([]events.DynamoDBAttributeValue{text("x"), none}),
		"in a map": events.NewMapAttribute(image{"a": events.NewMapAttribute(image{"b": none})}),
	} {
		if got, err := changes.Item(image{"odd": in}); err == nil || got != nil || !strings.Contains(err.Error(), `"odd"`) {
			t.Errorf("%s: got %v and the error %v", name, got, err)
		}
	}
}

// imageOf is Item's way back.
func imageOf(t testing.TB, item map[string]types.AttributeValue) image {
	t.Helper()
	out := image{}
	for name, v := range item {
		out[name] = eventValue(t, v)
	}
	return out
}

func eventValue(t testing.TB, v types.AttributeValue) events.DynamoDBAttributeValue {
	t.Helper()
	switch v := v.(type) {
	case *types.AttributeValueMemberS:
		return events.NewStringAttribute(v.Value)
	case *types.AttributeValueMemberN:
		return events.NewNumberAttribute(v.Value)
	case *types.AttributeValueMemberB:
		return events.NewBinaryAttribute(v.Value)
	case *types.AttributeValueMemberBOOL:
		return events.NewBooleanAttribute(v.Value)
	case *types.AttributeValueMemberNULL:
		return events.NewNullAttribute()
	case *types.AttributeValueMemberSS:
		return events.NewStringSetAttribute(v.Value)
	case *types.AttributeValueMemberNS:
		return events.NewNumberSetAttribute(v.Value)
	case *types.AttributeValueMemberBS:
		return events.NewBinarySetAttribute(v.Value)
	case *types.AttributeValueMemberL:
		list := make([]events.DynamoDBAttributeValue, len(v.Value))
		for i := range v.Value {
			list[i] = eventValue(t, v.Value[i])
		}
		return events.NewListAttribute(list)
	case *types.AttributeValueMemberM:
		return events.NewMapAttribute(imageOf(t, v.Value))
	}
	t.Fatalf("%T is no attribute value", v)
	return events.DynamoDBAttributeValue{}
}

// Whatever image comes as JSON is converted, without a panic, and back again into the same.
func FuzzItem(f *testing.F) {
	f.Add([]byte(`{"a":{"S":"x"},"b":{"N":"1.0"},"c":{"B":"AA=="},"d":{"NULL":true}}`))
	f.Add([]byte(`{"l":{"L":[{"M":{"x":{"BOOL":false}}},{"L":[]}]}}`))
	f.Add([]byte(`{"s":{"SS":["a"]},"n":{"NS":["1"]},"b":{"BS":["AA=="]}}`))
	f.Add([]byte(`{"s":{"SS":[]},"m":{"M":{}}}`))
	f.Fuzz(func(t *testing.T, wire []byte) {
		in, ok := decodeImage(wire)
		if !ok {
			t.Skip("no image")
		}
		got, err := changes.Item(in)
		if err != nil {
			t.Fatalf("%s: %v", wire, err)
		}
		if back := imageOf(t, got); !reflect.DeepEqual(back, in) {
			t.Fatalf("%s: back it is %v, was %v", wire, back, in)
		}
	})
}

// decodeImage reports false for what package events does not decode, which panics at some JSON that no stream sends.
func decodeImage(wire []byte) (in image, ok bool) {
	defer func() {
		if recover() != nil {
			ok = false
		}
	}()
	err := json.Unmarshal(wire, &in)
	return in, err == nil && in != nil
}

func TestRealEventKeepsItsForm(t *testing.T) {
	t.Parallel()
	wire := readFile(t, "stream-event.json")
	var event events.DynamoDBEvent
	if err := json.Unmarshal(wire, &event); err != nil {
		t.Fatal(err)
	}
	for i := range event.Records { // through the SDK's form and back
		c := &event.Records[i].Change
		for _, side := range []*image{&c.Keys, &c.OldImage, &c.NewImage} {
			if *side == nil {
				continue
			}
			item, err := changes.Item(*side)
			if err != nil {
				t.Fatal(err)
			}
			*side = imageOf(t, item)
		}
	}
	again, err := json.Marshal(event)
	if err != nil {
		t.Fatal(err)
	}
	var want, got any
	if err := json.Unmarshal(wire, &want); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(again, &got); err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("the event has become %s", again)
	}
}
