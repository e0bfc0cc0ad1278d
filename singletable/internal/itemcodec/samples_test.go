package itemcodec_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"reflect"
	"strconv"
	"time"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

var errOwn = errors.New("refused by the type's own method")

// byValue encodes itself by a method of the value and decodes itself by one of the pointer.
type byValue struct{ N int }

func (v byValue) MarshalDynamoDBAttributeValue() (types.AttributeValue, error) {
	if v.N < 0 {
		return nil, errOwn
	}
	return avS("value " + strconv.Itoa(v.N)), nil
}

func (v *byValue) UnmarshalDynamoDBAttributeValue(av types.AttributeValue) error {
	if _, ok := av.(*types.AttributeValueMemberB); ok {
		return errOwn
	}
	v.N += 1 + len(fmt.Sprintf("%T", av))
	return nil
}

// byPointer has methods of the pointer, which are not found where a value has no address.
type byPointer string

func (v *byPointer) MarshalDynamoDBAttributeValue() (types.AttributeValue, error) {
	if v == nil {
		return avS("no pointer"), nil
	}
	return avS("pointer " + string(*v)), nil
}

func (v *byPointer) UnmarshalDynamoDBAttributeValue(av types.AttributeValue) error {
	*v += byPointer(fmt.Sprintf("%T", av))
	return nil
}

// nothing encodes itself as no value, which leaves it to be encoded by its fields.
type nothing struct{ A string }

func (nothing) MarshalDynamoDBAttributeValue() (types.AttributeValue, error) { return nil, nil }

// marshalingMap is a map whose pointer encodes itself if it has two entries, and whose keys take methods.
type marshalingMap map[textKey]int

func (m *marshalingMap) MarshalDynamoDBAttributeValue() (types.AttributeValue, error) {
	if len(*m) != 2 {
		return nil, nil
	}
	return avS("two"), nil
}

// nilBinary encodes itself as bytes that are nil.
type nilBinary struct{}

func (nilBinary) MarshalDynamoDBAttributeValue() (types.AttributeValue, error) {
	return &types.AttributeValueMemberB{}, nil
}

// textKey is a map's key with the methods of encoding.
type textKey struct{ A int }

func (k textKey) MarshalText() ([]byte, error) {
	if k.A < 0 {
		return nil, errOwn
	}
	return []byte("k" + strconv.Itoa(k.A)), nil
}

func (k *textKey) UnmarshalText(b []byte) (err error) {
	if len(b) < 2 || b[0] != 'k' {
		return errOwn
	}
	k.A, err = strconv.Atoi(string(b[1:]))
	return err
}

// shouting is a map's key that is a string and has a method to print it.
type shouting string

func (s shouting) String() string { return string(s) + "!" }

type (
	named      string
	namedInt   int16
	namedFloat float32
	namedBool  bool
	namedByte  byte
	namedBytes []byte
	namedTime  time.Time
	namedMap   map[string]string
	namedAny   any
	names      []named
	pointer    *int
)

// tree refers to itself in every way.
type tree struct {
	Name     string           `dynamodbav:"name"`
	Left     *tree            `dynamodbav:"left,omitempty"`
	Children []tree           `dynamodbav:"children,omitempty"`
	ByName   map[string]*tree `dynamodbav:"by_name,omitempty"`
}

type (
	nestedList []nestedList
	nestedMap  map[string]nestedMap
)

type base struct {
	ID      string `dynamodbav:"id"`
	Created time.Time
	Pointer byPointer
}

type Embedded struct {
	X, Y int
	base
}

type outer struct {
	Embedded
	*tree
	X      string
	hidden int
	Nested base            `dynamodbav:"nested"`
	Ptrs   map[string]base `dynamodbav:"ptrs"`
	Arrays [2]base
}

// unnamed has methods by embedding only, which attributevalue finds behind a pointer and not elsewhere.
type unnamed = struct {
	byValueIn
	B int
}
type byValueIn struct{ byValue }

// unnamedPointer has methods by embedding only, and of its pointer only.
type unnamedPointer = struct {
	ByPointer
	B int
}

// ByPointer has methods of its pointer.
type ByPointer struct{ A string }

func (v *ByPointer) MarshalDynamoDBAttributeValue() (types.AttributeValue, error) {
	return avS("pointer " + v.A), nil
}

func (v *ByPointer) UnmarshalDynamoDBAttributeValue(av types.AttributeValue) error {
	v.A += fmt.Sprintf("%T", av)
	return nil
}

// far has a field that is addressable wherever it lies itself.
type far struct{ *Near }
type Near struct{ P byPointer }

// point is small enough for a slice of one to be given memory for several.
type point struct{ X, Y int8 }

func ptr[T any](v T) *T { return &v }

var (
	moment = time.Date(2026, 3, 4, 5, 6, 7, 890, time.FixedZone("", 3600))
	someIf = func() { _ = outer{}.hidden }
)

// values are Go values of all types that a field may have.
var values = []any{
	"", "text", "ü\x00\xff", named(""), named("n"), true, false, namedBool(true),
	int(0), int(-7), int8(math.MinInt8), int16(300), int32(0), int64(math.MaxInt64), uint(7), uint8(255), uint16(1), uint32(0),
	uint64(math.MaxUint64), namedInt(-5), uintptr(0), uintptr(3), complex64(1), complex128(0),
	float32(0), float32(0.1), float64(1e21), float64(1.5e-7), math.Inf(1), math.Copysign(0, -1), float32(math.Copysign(0, -1)), namedFloat(2.5),
	make(chan int), (chan int)(nil), someIf, (func())(nil),
	attributevalue.Number(""), attributevalue.Number("12.50"), json.Number("7"),
	time.Time{}, moment, moment.UTC(), namedTime(moment), attributevalue.UnixTime(moment),
	(*time.Time)(nil), &moment,
	[]byte(nil), []byte{}, []byte{1, 2}, namedBytes{3}, [3]byte{1, 2, 3}, [0]byte{}, []namedByte{}, []namedByte{1}, [2]namedByte{},
	[][]byte(nil), [][]byte{}, [][]byte{{1}, {}}, [][]byte{{1}, nil}, []namedBytes{{1}}, [2][]byte{{1}, {2}},
	[]string(nil), []string{}, []string{"a", "", "c"}, names{"x", ""}, [2]string{"a"}, [0]string{}, []*string{nil, ptr("p"), ptr("")},
	[]int(nil), []int{}, []int{1, 0, -3}, []int64{5}, []float64{0.5, 0}, []uint16{0}, []attributevalue.Number{"1", "2.5"}, []bool{true, false},
	[]time.Time{moment, {}}, []time.Duration{time.Second}, [][]string{{"a"}, nil, {}}, []any{nil, "x", 1, 2.5, []any{"y", nil}, map[string]any{"z": 0}},
	[]map[string]int{{"a": 0}, nil, {}},
	map[string]string(nil), map[string]string{}, map[string]string{"a": "1", "b": ""}, map[string]string{"": "empty"}, namedMap{"k": "v"},
	map[named]int{"x": 1, "y": 0}, map[int]string{-1: "a", 5: ""}, map[uint8]bool{7: true}, map[bool]int{true: 1}, map[float64]int{1.5: 2},
	map[textKey]int{{3}: 1}, map[textKey]int{{-1}: 1}, map[shouting]int{"loud": 1}, map[struct{}]int{}, map[struct{}]int{{}: 1},
	map[time.Time]int{moment.UTC(): 1}, map[string]*int{"n": nil, "p": ptr(0)}, map[string][]string{"a": nil, "b": {"x", ""}}, map[any]int{},
	map[string]any{"s": "", "n": nil, "i": 0, "deep": map[string]any{"": 1}}, map[string]any{"l": []any(nil), "m": map[string]any(nil), "t": moment},
	map[string]byPointer{"a": "b"}, map[string]byValue{"a": {1}}, map[string]time.Time{"t": moment}, map[namedInt]names{3: {"x"}},
	marshalingMap(nil), marshalingMap{{1}: 0}, map[string]marshalingMap{"a": nil, "b": {{1}: 0}, "c": {{1}: 0, {2}: 0}}, marshalingMap{{1}: 0, {2}: 0}, ptr(marshalingMap(nil)), ptr(map[textKey]int(nil)),
	(*string)(nil), ptr(""), ptr("s"), ptr(ptr(0)), ptr(ptr(1)), ptr((*int)(nil)), ptr(ptr((*string)(nil))), ptr([]string(nil)), ptr(map[string]string(nil)),
	pointer(nil), pointer(ptr(3)),
	byValue{3}, byValue{-1}, &byValue{4}, (*byValue)(nil), ptr(&byValue{5}), []byValue{{1}, {2}}, [1]byValue{{1}}, [1]byPointer{"x"},
	byPointer(""), byPointer("x"), ptr(byPointer("")), []byPointer{"a", ""}, []*byPointer{nil, ptr(byPointer("p"))}, nothing{"a"}, []nothing{{"b"}},
	unnamed{B: 1}, &unnamed{B: 2}, []unnamed{{B: 3}}, []*unnamed{},
	unnamedPointer{B: 1}, &unnamedPointer{B: 2}, []unnamedPointer{{}}, []*unnamedPointer{{}}, map[string]unnamedPointer{"a": {}}, ByPointer{"a"},
	map[string][1]byPointer{"a": {"x"}}, map[string]far{"a": {&Near{"p"}}, "b": {}}, [][1]byPointer{{"x"}}, []nilBinary{{}},
	base{ID: "1", Created: moment}, &base{ID: "2", Pointer: "p"}, []base{{}, {ID: "3"}}, map[string]base{"a": {ID: "4", Pointer: "p"}}, struct{}{},
	[]point{{X: 1}}, []point{},
	Embedded{X: 1, base: base{ID: "5"}}, outer{X: "x"}, outer{tree: &tree{Name: "t"}, Ptrs: map[string]base{"p": {Pointer: "q"}}},
	tree{Name: "root", Left: &tree{Name: "l"}, Children: []tree{{}}, ByName: map[string]*tree{"a": {Name: "a"}, "n": nil}},
	nestedList{{}, nil, {{}}}, nestedMap{"a": {"b": nil}, "c": {}},
	types.AttributeValueMemberS{Value: "x"}, &types.AttributeValueMemberN{Value: "1"},
}

// interfaces are values of interface types, each behind a pointer, as reflection on any would lose the interface's type.
var interfaces = []any{
	ptr[any](nil), ptr[any](""), ptr[any]("s"), ptr[any](0), ptr[any](int64(5)), ptr[any](uint8(5)), ptr[any](2.5), ptr[any](false),
	ptr[any]([]any{}), ptr[any]([]any(nil)), ptr[any]([]any{nil, 0, ""}), ptr[any](map[string]any{"a": nil, "b": ""}), ptr[any]([]string(nil)), ptr[any](moment),
	ptr[any](byPointer("x")), ptr[any](ptr(byPointer("x"))), ptr[any]((*byPointer)(nil)), ptr[any](ptr(0)), ptr[any](ptr(ptr(""))), ptr[any](outer{}), ptr[any](&outer{}),
	ptr[any](map[string]any(nil)), ptr[any](map[textKey]int{{-1}: 1}), ptr[any]([]any{map[string]any{"": 1}}), ptr[any](attributevalue.Number("3")),
	ptr[namedAny](nil), ptr[namedAny]("s"), ptr[namedAny](map[string]any{"a": namedAny(1)}),
	ptr[error](nil), ptr(error(errOwn)), ptr[fmt.Stringer](nil), ptr[fmt.Stringer](shouting("x")), ptr[fmt.Stringer](moment),
	ptr[types.AttributeValue](nil), ptr(avS("x")), ptr(avL(avN("1"))),
	ptr([]error{nil, errOwn}), ptr(map[string]error{"a": nil}), ptr(ptr[any]("x")), ptr(ptr[any](nil)), ptr(ptr[error](nil)), ptr((*any)(nil)),
	ptr([]any{ptr(ptr(1)), []int{0}}), ptr([2]any{"a", nil}),
}

// attributes are DynamoDB values of all kinds.
var attributes = []types.AttributeValue{
	nil, avNull(), &types.UnknownUnionMember{Tag: "X"},
	avS(""), avS("text"), avS("12"), avS("-3"), avS("2026-03-04T05:06:07.89+01:00"), avS("2026-03-04T05:06:07Z"), avS("true"),
	avN("0"), avN("7"), avN("-1"), avN("300"), avN("1.5"), avN("1e400"), avN("3.5e38"), avN("9223372036854775808"), avN("18446744073709551615"), avN("x"), avN(""), avN("Inf"),
	avBool(true), avBool(false), avB(), avB(1), avB(1, 2), avB(1, 2, 3), &types.AttributeValueMemberB{},
	avL(), avL(avS("a")), avL(avN("1"), avN("2"), avN("3")), avL(avNull(), nil), avL(avS("a"), avN("1")), avL(avL(avS("x")), avL()), avL(avM(item{"id": avS("1")})), avL(avB(1), avB(2, 3)),
	avL(avM(item{"X": avN("1")})), avL(avM(item{"y": avN("2")}), avM(nil)),
	avL(avBool(true)), avL(avM(nil)), avL(avM(item{}), avM(item{"ID": avS("2")})),
	avM(nil), avM(item{}), avM(item{"a": avS("1"), "b": avN("2")}), avM(item{"5": avN("1")}), avM(item{"k1": avN("1")}), avM(item{"true": avN("1")}), avM(item{"1.5": avN("1")}),
	avM(item{"300": avN("1")}), avM(item{"a": avNull(), "b": nil}), avM(item{"": avS("x")}), avM(item{"a": avM(item{"b": avL(avBool(true), avSS("x"))})}),
	avM(item{"2026-03-04T05:06:07Z": avN("1")}),
	avM(item{"id": avS("1"), "created": avS("2026-03-04T05:06:07Z"), "POINTER": avS("p"), "unknown": avBool(true)}), avM(item{"X": avS("5"), "y": avN("6"), "name": avS("n")}),
	avM(item{"name": avS("n"), "left": avM(item{"Name": avS("l"), "left": avNull()}), "children": avL(avM(item{"name": avS("c")})), "by_name": avM(item{"x": avM(item{})})}),
	avM(item{"N": avN("1"), "B": avN("2")}), avM(item{"nested": avM(item{"ID": avS("i")}), "Arrays": avL(avM(item{"id": avS("q")}))}),
	avSS(), avSS("a"), avSS("1", "2"), avNS(), avNS("1"), avNS("1", "2", "300"), avNS("x"), avBS(), avBS([]byte{1}), avBS([]byte{1}, nil, []byte{2, 3}),
}

// tags are the options that fields are tried with.
var tags = []string{"", "omitempty", "nullempty", "omitempty,nullempty", "omitemptyelem", "nullemptyelem", "omitemptyelem,nullemptyelem",
	"omitempty,omitemptyelem", "string", "string,omitempty", "stringset", "numberset", "binaryset", "stringset,omitemptyelem", "numberset,nullemptyelem",
	"binaryset,omitemptyelem", "unixtime", "unixtime,string", "stringset,numberset", "unknown"}

// fieldOf is a struct type with one field F, an attribute f if there are options and F otherwise.
func fieldOf(t reflect.Type, options string) reflect.Type {
	tag := reflect.StructTag("")
	if options != "" {
		tag = reflect.StructTag(`dynamodbav:"f,` + options + `"`)
	}
	return reflect.StructOf([]reflect.StructField{{Name: "F", Type: t, Tag: tag}})
}

// samples yields each value with its type.
func samples(yield func(t reflect.Type, v reflect.Value) bool) {
	for _, v := range values {
		if !yield(reflect.TypeOf(v), reflect.ValueOf(v)) {
			return
		}
	}
	for _, p := range interfaces {
		v := reflect.ValueOf(p).Elem()
		if !yield(v.Type(), v) {
			return
		}
	}
}
