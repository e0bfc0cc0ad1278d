package singletable_test

import (
	"errors"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/lambdapatterns/lambdapatterns/singletable"
)

// kept keeps the attribute that it is decoded from, as types do that hold what they do not understand.
type kept struct{ av types.AttributeValue }

func (k kept) MarshalDynamoDBAttributeValue() (types.AttributeValue, error) { return k.av, nil }

func (k *kept) UnmarshalDynamoDBAttributeValue(av types.AttributeValue) error {
	k.av = av
	return nil
}

// Update held what change had made against what had been read. Where a type's method keeps the attribute that it is given, both
// were the same memory: nothing had changed, nothing was written, and the update had succeeded.
func TestUpdateOfWhatKeepsItsAttribute(t *testing.T) {
	t.Parallel()
	type entity struct {
		ID   string           `dynamodbav:"id"`
		Raw  kept             `dynamodbav:"raw"`
		More []*kept          `dynamodbav:"more"`
		In   map[string]*kept `dynamodbav:"in"`
	}
	onEngines(t, func(t *testing.T, s store) {
		ctx := t.Context()
		entities := repo[entity](t, singletable.NewTable(s.client, s.table), singletable.Schema{
			Type: "Entity", Key: singletable.Pattern("ENTITY#{id}", "ENTITY"),
		})
		of := func(n string) kept {
			return kept{&types.AttributeValueMemberM{Value: map[string]types.AttributeValue{
				"n": &types.AttributeValueMemberN{Value: n}, "b": &types.AttributeValueMemberB{Value: []byte(n)},
			}}}
		}
		is := func(k *kept, n string) bool {
			m := k.av.(*types.AttributeValueMemberM).Value
			return plain(m, "n") == n && string(m["b"].(*types.AttributeValueMemberB).Value) == n
		}
		make2 := func(k *kept) {
			m := k.av.(*types.AttributeValueMemberM).Value
			m["n"].(*types.AttributeValueMemberN).Value = "2"
			m["b"].(*types.AttributeValueMemberB).Value[0] = '2'
		}
		one, other, third := of("1"), of("1"), of("1")
		err := entities.Create(ctx, entity{ID: "e", Raw: one, More: []*kept{&other}, In: map[string]*kept{"k": &third}})
		err = errors.Join(err, entities.Update(ctx, entity{ID: "e"}, func(e *entity) error {
			make2(&e.Raw)
			make2(e.More[0])
			make2(e.In["k"])
			return nil
		}))
		got, err2 := entities.Get(ctx, entity{ID: "e"}, singletable.Consistent())
		if err := errors.Join(err, err2); err != nil {
			t.Fatal(err)
		}
		if !is(&got.Raw, "2") || !is(got.More[0], "2") || !is(got.In["k"], "2") {
			t.Errorf("the table has %v", s.stored(t, "ENTITY#e", "ENTITY"))
		}
	})
}
