package singletable_test

import (
	"errors"
	"iter"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/expression"

	"github.com/lambdapatterns/lambdapatterns/singletable"
)

// The service quotes values in what it says of invalid ones. The text of an error does not, and the message can be had.
func TestErrorsQuoteNothingOfTheServices(t *testing.T) {
	t.Parallel()
	onEngines(t, func(t *testing.T, s store) {
		ctx, table, accounts := t.Context(), singletable.NewTable(s.client, s.table), s.accounts(t)
		type odd struct {
			ID     string                `dynamodbav:"id"`
			Amount attributevalue.Number `dynamodbav:"amount"`
			Tags   []string              `dynamodbav:"tags,stringset"`
		}
		odds := repo[odd](t, table, singletable.Schema{Type: "Odd", Key: singletable.Pattern("ODD#{id}", "ODD")})
		twice := []string{"secret", "secret"}
		a := s.create(t, Account{ID: "a", Email: "a@example.com"})
		changed := a
		changed.Tags = twice
		bad := expression.Value(odd{Tags: twice})
		filter := singletable.Filter(expression.Name("x").Equal(expression.Value(odd{Amount: "1", Tags: twice})))
		_, one := odds.One(ctx, odd{ID: "1"}, filter)
		_, page := odds.Page(ctx, odd{ID: "1"}, "", filter)
		_, count := odds.Count(ctx, odd{ID: "1"}, filter)
		first := func(read iter.Seq2[odd, error]) error {
			for _, err := range read {
				return err
			}
			return nil
		}
		for what, err := range map[string]error{
			"one": one, "page": page, "count": count, "query": first(odds.Query(ctx, odd{ID: "1"}, filter)), "scan": first(odds.Scan(ctx, filter)),
			"collect":     odds.Collect(ctx, odd{ID: "1"}, singletable.Each(odds, func(odd) error { return nil }), filter),
			"create":      odds.Create(ctx, odd{ID: "1", Amount: "1", Tags: twice}),
			"number":      odds.Create(ctx, odd{ID: "1", Amount: "secret", Tags: twice[:1]}),
			"put":         odds.Put(ctx, odd{ID: "1", Amount: "1", Tags: twice}),
			"batch put":   odds.BatchPut(ctx, []odd{{ID: "1", Amount: "1", Tags: twice}}),
			"update":      accounts.Update(ctx, a, func(v *Account) error { v.Tags = twice; return nil }),
			"unique":      accounts.Create(ctx, Account{ID: "b", Email: "b@example.com", Tags: twice}),
			"transaction": table.Transact(ctx, []singletable.Action{accounts.ToUpdate(a, changed)}),
			"patch":       odds.Patch(ctx, odd{ID: "1"}, expression.Set(expression.Name("x"), bad)),
			"condition":   odds.Delete(ctx, odd{ID: "1"}, singletable.If(expression.Name("x").Equal(bad))),
		} {
			var api interface {
				ErrorCode() string
				ErrorMessage() string
			}
			switch {
			case !errors.As(err, &api) || api.ErrorCode() != "ValidationException" || api.ErrorMessage() == "":
				t.Errorf("%s: got %v, want the service's ValidationException with its message", what, err)
			case strings.Contains(err.Error(), "secret"):
				t.Errorf("%s: the text quotes a value: %v", what, err)
			case !strings.Contains(err.Error(), "ValidationException"):
				t.Errorf("%s: the text does not say what it is: %v", what, err)
			}
		}
	})
}
