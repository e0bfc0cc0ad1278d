package singletable

import (
	"time"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/expression"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// Filter leaves out the items that a condition does not hold for, at DynamoDB, after they were read: what is left out costs
// as much as what is found. The condition is one of the SDK's expression package, as for [If]:
//
//	orders.Query(ctx, Order{UserID: "usr_123"}, singletable.Filter(
//		expression.Name("status").Equal(expression.Value("paid")).And(expression.Name("total").GreaterThan(expression.Value(100)))))
//
// Several filters must all hold. One that cannot be built, because it is empty say, is [ErrOption]. The key attributes that a
// query goes by cannot be filtered on: [BeginsWith], [Between] and their like are for them (Amazon DynamoDB Developer Guide,
// "Condition and filter expressions, operators, and functions in DynamoDB").
func Filter(condition expression.ConditionBuilder) ScanOption {
	return option(func(s *settings) { s.filters = append(s.filters, condition) })
}

// buildFilters makes the expression of the caller's filters; reads add their own terms to it.
func (s *settings) buildFilters() {
	if err := s.filter.add(s.filters); err != nil {
		s.refuse("Filter", "%w", err)
	}
}

// ofType lets the items of the entity's type through.
func (c *clauses) ofType(e *entity) { c.and("%s", c.hasType(e)) }

// ofTypeOrNone lets the items of the entity's type through, and those without a type, which are told by their keys.
func (c *clauses) ofTypeOrNone(e *entity) {
	c.and("%s OR attribute_not_exists(%s)", c.hasType(e), c.name(e.table.typeAttribute))
}

func (c *clauses) hasType(e *entity) string {
	return c.name(e.table.typeAttribute) + " = " + c.value(&types.AttributeValueMemberS{Value: e.schema.Type})
}

// alive leaves out the items that have expired, as managed.expired does.
func (c *clauses) alive(e *entity, now time.Time) {
	if x := e.managed.expires; x != nil {
		c.and("NOT %s BETWEEN %s AND %s", c.name(x.Name), c.value(number(1)), c.value(number(now.Unix())))
	}
}
