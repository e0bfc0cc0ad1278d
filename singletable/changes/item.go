package changes

import (
	"errors"
	"fmt"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// item is a record's image or key, as the SDK writes it.
type item = map[string]types.AttributeValue

// Item converts an image or the key of a stream record to the SDK's form, in which [singletable.Repo.Decode] and package
// attributevalue take it. Nothing is lost: numbers stay the text that they are. Binary values are shared with the image. It
// fails when a value has no type, which no value has that was decoded from JSON; the error names the attribute.
func Item(image map[string]events.DynamoDBAttributeValue) (map[string]types.AttributeValue, error) {
	it := make(item, len(image))
	for name, av := range image {
		v, err := valueOf(av)
		if err != nil {
			return nil, fmt.Errorf("changes: attribute %q: %w", name, err)
		}
		it[name] = v
	}
	return it, nil
}

var errNoType = errors.New("a value has no type")

func valueOf(av events.DynamoDBAttributeValue) (types.AttributeValue, error) {
	// The zero value calls itself binary and panics when asked for its bytes.
	if av.IsNull() && av.DataType() != events.DataTypeNull {
		return nil, errNoType
	}
	switch av.DataType() {
	case events.DataTypeString:
		return &types.AttributeValueMemberS{Value: av.String()}, nil
	case events.DataTypeNumber:
		return &types.AttributeValueMemberN{Value: av.Number()}, nil
	case events.DataTypeBinary:
		return &types.AttributeValueMemberB{Value: av.Binary()}, nil
	case events.DataTypeBoolean:
		return &types.AttributeValueMemberBOOL{Value: av.Boolean()}, nil
	case events.DataTypeNull:
		return &types.AttributeValueMemberNULL{Value: true}, nil
	case events.DataTypeStringSet:
		return &types.AttributeValueMemberSS{Value: av.StringSet()}, nil
	case events.DataTypeNumberSet:
		return &types.AttributeValueMemberNS{Value: av.NumberSet()}, nil
	case events.DataTypeBinarySet:
		return &types.AttributeValueMemberBS{Value: av.BinarySet()}, nil
	case events.DataTypeList:
		return listOf(av.List())
	case events.DataTypeMap:
		return mapOf(av.Map())
	}
	return nil, fmt.Errorf("a value has the type %d, which this package does not know", av.DataType())
}

func listOf(list []events.DynamoDBAttributeValue) (types.AttributeValue, error) {
	values := make([]types.AttributeValue, len(list))
	for i := range list {
		v, err := valueOf(list[i])
		if err != nil {
			return nil, err
		}
		values[i] = v
	}
	return &types.AttributeValueMemberL{Value: values}, nil
}

func mapOf(m map[string]events.DynamoDBAttributeValue) (types.AttributeValue, error) {
	values := make(item, len(m))
	for name, av := range m {
		v, err := valueOf(av)
		if err != nil {
			return nil, err
		}
		values[name] = v
	}
	return &types.AttributeValueMemberM{Value: values}, nil
}
