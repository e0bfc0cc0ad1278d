package singletable

import (
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// Filter leaves out the items that a condition does not hold for, at DynamoDB, after they were read: what is left out costs
// as much as what is found. The condition is in DynamoDB's own language, with {attribute} for names and ? for values, which
// follow in their order:
//
//	singletable.Filter("{status} = ? AND contains({tags}, ?)", "paid", "gift")
//
// Names in braces may be reserved words; {address}.{city} is a path. Values are encoded as attributevalue encodes fields of
// their types. Several filters must all hold. The key attributes that a query goes by cannot be filtered on: [BeginsWith],
// [Between] and their like are for them (Amazon DynamoDB Developer Guide, "Condition and filter expressions, operators, and
// functions in DynamoDB").
func Filter(condition string, values ...any) ListOption {
	return option(func(s *settings) {
		if err := s.filter.parse(condition, values); err != "" {
			s.refuse("Filter", "%s", err)
		}
	})
}

// filter is a FilterExpression with its placeholders.
type filter struct {
	expression string
	names      map[string]string
	values     item
}

// parse adds a condition of the caller's, or says what is wrong with it.
func (f *filter) parse(condition string, values []any) (wrong string) {
	if strings.TrimSpace(condition) == "" {
		return "the condition is empty"
	}
	var b strings.Builder
	used := 0
	for rest := condition; rest != ""; {
		i := strings.IndexAny(rest, "{}?#:")
		if i < 0 {
			b.WriteString(rest)
			break
		}
		b.WriteString(rest[:i])
		at := rest[i]
		rest = rest[i+1:]
		switch at {
		case '{':
			name, after, closed := strings.Cut(rest, "}")
			if !closed || name == "" || strings.Contains(name, "{") {
				return "a { of the condition has no name or no } behind it"
			}
			b.WriteString(f.name("#f"+strconv.Itoa(len(f.names)), name))
			rest = after
		case '?':
			if used++; used > len(values) {
				continue
			}
			v, err := attributevalue.Marshal(values[used-1])
			if err != nil {
				return "value " + strconv.Itoa(used) + " cannot be encoded"
			}
			b.WriteString(f.value(":f"+strconv.Itoa(len(f.values)), v))
		default:
			return strconv.QuoteRune(rune(at)) + " cannot stand in the condition: write {attribute} for a name and ? for a value"
		}
	}
	if used != len(values) {
		return "the condition has room for " + strconv.Itoa(used) + " values, and " + strconv.Itoa(len(values)) + " were given"
	}
	f.and(b.String())
	return ""
}

func (f *filter) name(alias, attribute string) string {
	if f.names == nil {
		f.names = map[string]string{}
	}
	f.names[alias] = attribute
	return alias
}

func (f *filter) value(alias string, v types.AttributeValue) string {
	if f.values == nil {
		f.values = item{}
	}
	f.values[alias] = v
	return alias
}

func (f *filter) and(condition string) {
	if condition = "(" + condition + ")"; f.expression != "" {
		condition = f.expression + " AND " + condition
	}
	f.expression = condition
}

// ofType lets the items of the entity's type through.
func (f *filter) ofType(e *entity) {
	f.and(f.name("#type", e.table.typeAttribute) + " = " + f.value(":type", &types.AttributeValueMemberS{Value: e.schema.Type}))
}

// ofTypeOrNone lets the items of the entity's type through, and those without a type, which are told by their keys.
func (f *filter) ofTypeOrNone(e *entity) {
	f.and(f.name("#type", e.table.typeAttribute) + " = " + f.value(":type", &types.AttributeValueMemberS{Value: e.schema.Type}) +
		" OR attribute_not_exists(#type)")
}

// alive leaves out the items that have expired, as managed.expired does.
func (f *filter) alive(e *entity, now time.Time) {
	if x := e.managed.expires; x != nil {
		f.and("NOT " + f.name("#expires", x.Name) + " BETWEEN " + f.value(":first", number(1)) + " AND " + f.value(":now", number(now.Unix())))
	}
}
