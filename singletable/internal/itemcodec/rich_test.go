package itemcodec_test

import (
	"math/rand/v2"
	"reflect"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
)

// rich is a struct with fields of nearly every type and option.
type rich struct {
	Common
	*Audit
	hiddenBase

	S       string `dynamodbav:"s"`
	Omitted string `dynamodbav:",omitempty"`
	Null    named  `dynamodbav:"null,nullempty"`
	Skipped string `dynamodbav:"-"`
	B       bool
	I8      int8
	I64     int64 `dynamodbav:"i64,string"`
	U16     uint16
	F32     float32
	F64     float64 `dynamodbav:"f64,omitempty"`
	Number  attributevalue.Number
	Time    time.Time
	Unix    time.Time `dynamodbav:"unix,unixtime"`
	UnixT   attributevalue.UnixTime
	TimePtr *time.Time `dynamodbav:",omitempty"`
	Bytes   []byte
	Array   [3]byte `dynamodbav:"array"`
	Tags    []string
	Sparse  []*string `dynamodbav:"sparse,omitemptyelem"`
	SS      []string  `dynamodbav:"ss,stringset"`
	NS      []int     `dynamodbav:"ns,numberset,omitempty"`
	BS      [][]byte  `dynamodbav:"bs"`
	Fixed   [2]line
	Lines   []line  `dynamodbav:"lines"`
	LinePs  []*line `dynamodbav:",nullemptyelem"`
	Labels  map[string]string
	Counts  map[named]int    `dynamodbav:",omitemptyelem"`
	ByID    map[int]line     `dynamodbav:"by_id"`
	ByText  map[textKey]bool `dynamodbav:"by_text"`
	Any     any
	Doc     map[string]any
	Double  **int `dynamodbav:"double,omitempty"`
	Value   byValue
	Pointer byPointer
	Pointed *byPointer
	Held    map[string]byPointer
	Sum     []byValue `dynamodbav:"sum,stringset"`
	Parcel  parcel    `dynamodbav:"parcel"`
	Parcels []parcel  `dynamodbav:",omitempty"`
	Next    *rich     `dynamodbav:"next,omitempty"`
}

// parcel has slices and maps at a distance from the beginning of the item's struct.
type parcel struct {
	Sent  bool              `dynamodbav:"sent"`
	Seen  []time.Time       `dynamodbav:"seen"`
	Notes map[string]string `dynamodbav:"notes,omitempty"`
	Codes map[int8]int64    `dynamodbav:"codes"`
	Sizes [2][]int          `dynamodbav:"sizes"`
	Inner struct {
		Flags []bool          `dynamodbav:"flags"`
		Ranks []float64       `dynamodbav:"ranks,numberset,omitempty"`
		Lines map[string]line `dynamodbav:"lines"`
	} `dynamodbav:"inner"`
}

// Common and Audit each claim Shadowed and Both, and rich one name of Common's.
type Common struct {
	ID       string `dynamodbav:"id"`
	S        int
	Shadowed string
	Both     string `dynamodbav:"both"`
}

type Audit struct {
	By       string
	At       *time.Time
	Shadowed string `dynamodbav:"Shadowed"`
	Both     string `dynamodbav:"both"`
}

type hiddenBase struct {
	FromHidden []string `dynamodbav:"from_hidden,omitempty"`
}

type line struct {
	SKU      string `dynamodbav:"sku"`
	Quantity int    `dynamodbav:"quantity,omitempty"`
	Pointer  byPointer
	Options  map[string][]string `dynamodbav:",omitempty"`
}

// fill sets a value at random. Deeper values are smaller.
func fill(r *rand.Rand, v reflect.Value, depth int) {
	switch v.Kind() {
	case reflect.Bool:
		v.SetBool(r.IntN(2) == 0)
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		v.SetInt(r.Int64() >> r.IntN(64) * int64(r.IntN(3)-1))
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		v.SetUint(r.Uint64() >> r.IntN(64) * uint64(r.IntN(2)))
	case reflect.Float32, reflect.Float64:
		v.SetFloat(float64(r.IntN(2000)-1000) / float64(1+r.IntN(7)))
	case reflect.String:
		v.SetString([]string{"", "a", "12", "text with spaces", "ünïcödé", "\x00", "3.5"}[r.IntN(7)])
	case reflect.Pointer:
		if v.SetZero(); depth > 0 && r.IntN(3) > 0 {
			p := reflect.New(v.Type().Elem())
			fill(r, p.Elem(), depth-1)
			v.Set(p)
		}
	case reflect.Slice:
		if v.SetZero(); r.IntN(4) > 0 {
			n := r.IntN(1 + max(depth, 0))
			v.Set(reflect.MakeSlice(v.Type(), n, n))
		}
		for i := range v.Len() {
			fill(r, v.Index(i), depth-1)
		}
	case reflect.Array:
		for i := range v.Len() {
			fill(r, v.Index(i), depth-1)
		}
	case reflect.Map:
		if v.SetZero(); r.IntN(4) > 0 {
			v.Set(reflect.MakeMap(v.Type()))
			for range r.IntN(1 + max(depth, 0)) {
				k, e := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
				fill(r, k, depth-1)
				fill(r, e, depth-1)
				v.SetMapIndex(k, e)
			}
		}
	case reflect.Interface:
		if v.SetZero(); depth > 0 && r.IntN(4) > 0 {
			e := reflect.New([]reflect.Type{reflect.TypeFor[string](), reflect.TypeFor[int](), reflect.TypeFor[float64](), reflect.TypeFor[bool](),
				reflect.TypeFor[[]any](), reflect.TypeFor[map[string]any](), reflect.TypeFor[line](), reflect.TypeFor[*line](), reflect.TypeFor[time.Time](),
				reflect.TypeFor[[]string]()}[r.IntN(10)]).Elem()
			fill(r, e, depth-1)
			v.Set(e)
		}
	case reflect.Struct:
		if v.Type().ConvertibleTo(reflect.TypeFor[time.Time]()) {
			at := time.Unix(r.Int64N(4e9), r.Int64N(2)*r.Int64N(1e9)).UTC()
			v.Set(reflect.ValueOf(at).Convert(v.Type()))
			return
		}
		for i := range v.NumField() {
			if f := v.Type().Field(i); f.IsExported() || f.Anonymous && f.Type.Kind() == reflect.Struct {
				fill(r, v.Field(i), depth)
			}
		}
	}
}

// foldsInto tells whether a map has a name already that is the same but for case: which of both is decoded last is chance.
func foldsInto(it item, name string) bool {
	for other := range it {
		if strings.EqualFold(other, name) {
			return true
		}
	}
	return false
}
