package singletable

import (
	"crypto/sha256"
	"encoding/binary"
	"maps"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// binding is what a query's cursors are bound to: a hash of all in the request that decides which items come and in which
// order. It is made of the request as it is sent, so nothing that an option or the caller's function sets is forgotten.
type binding [sha256.Size]byte

func (s source) bind(in *dynamodb.QueryInput) binding {
	var h bindingText
	direction := "forward"
	if !aws.ToBool(in.ScanIndexForward) && in.ScanIndexForward != nil {
		direction = "backward"
	}
	for _, text := range []string{
		s.entity.schema.Type, aws.ToString(in.TableName), aws.ToString(in.IndexName), direction,
		aws.ToString(in.KeyConditionExpression), aws.ToString(in.FilterExpression),
	} {
		h.text(text)
	}
	names := maps.Clone(in.ExpressionAttributeNames)
	maps.DeleteFunc(names, func(alias, _ string) bool { return strings.HasPrefix(alias, projected) }) // projections may differ
	h.length(len(names))
	for _, alias := range slices.Sorted(maps.Keys(names)) {
		h.text(alias)
		h.text(names[alias])
	}
	h.value(&types.AttributeValueMemberM{Value: in.ExpressionAttributeValues})
	if s.place != nil && s.place.shards > 0 {
		h.text("shards")
		h.length(s.place.shards)
	}
	return sha256.Sum256(h)
}

// bindingText takes values in so that different ones are different bytes.
type bindingText []byte

func (h *bindingText) length(n int) { *h = binary.AppendUvarint(*h, uint64(n)) }

func (h *bindingText) text(s string) {
	h.length(len(s))
	*h = append(*h, s...)
}

func (h *bindingText) texts(kind string, all ...string) {
	h.text(kind)
	h.length(len(all))
	if !slices.IsSorted(all) { // a set's order means nothing
		all = slices.Sorted(slices.Values(all))
	}
	for _, s := range all {
		h.text(s)
	}
}

func (h *bindingText) value(v types.AttributeValue) {
	switch v := v.(type) {
	case *types.AttributeValueMemberS:
		h.texts("S", v.Value)
	case *types.AttributeValueMemberN:
		h.texts("N", v.Value)
	case *types.AttributeValueMemberB:
		h.texts("B", string(v.Value))
	case *types.AttributeValueMemberSS:
		h.texts("SS", v.Value...)
	case *types.AttributeValueMemberNS:
		h.texts("NS", v.Value...)
	case *types.AttributeValueMemberBS:
		var all []string
		for _, b := range v.Value {
			all = append(all, string(b))
		}
		h.texts("BS", all...)
	case *types.AttributeValueMemberBOOL:
		if v.Value {
			h.text("true")
		} else {
			h.text("false")
		}
	case *types.AttributeValueMemberL:
		h.text("L")
		h.length(len(v.Value))
		for _, e := range v.Value {
			h.value(e)
		}
	case *types.AttributeValueMemberM:
		h.text("M")
		h.length(len(v.Value))
		for _, name := range slices.Sorted(maps.Keys(v.Value)) {
			h.text(name)
			h.value(v.Value[name])
		}
	default:
		h.text("NULL")
	}
}
