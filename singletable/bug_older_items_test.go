package singletable_test

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/lambdapatterns/lambdapatterns/singletable"
)

// Items from before a type had some of its attributes can be changed and removed on every path.
func TestItemsOlderThanTheirSchema(t *testing.T) {
	t.Parallel()
	onEngines(t, func(t *testing.T, s store) {
		ctx, table := t.Context(), singletable.NewTable(s.client, s.table)
		type contact struct {
			ID    string `dynamodbav:"id"`
			Email string `dynamodbav:"email"`
			First string `dynamodbav:"first"`
			Last  string `dynamodbav:"last"`
			Score int64  `dynamodbav:"score"`
		}
		contacts := repo[contact](t, table, singletable.Schema{
			Type: "Contact", Key: singletable.Pattern("CONTACT#{id}", "CONTACT"), GSI1: singletable.Pattern("MAIL#{email}", "CONTACT#{id}"),
			Unique: map[string]string{"name": "{first}#{last}", "email": "{email}"},
		})
		older := func(id string) contact {
			t.Helper()
			if _, err := s.client.PutItem(ctx, &dynamodb.PutItemInput{TableName: &s.table, Item: map[string]types.AttributeValue{
				"PK": text("CONTACT#" + id), "SK": text("CONTACT"), "_type": text("Contact"), "id": text(id), "first": text("Ada"),
			}}); err != nil {
				t.Fatal(err)
			}
			got, err := contacts.Get(ctx, contact{ID: id})
			if err != nil {
				t.Fatal(err)
			}
			return got
		}
		older("1")
		if err := contacts.Update(ctx, contact{ID: "1"}, func(c *contact) error { c.Email, c.Last = "1@example.com", "L1"; return nil }); err != nil {
			t.Errorf("update that gives what the index needs: %v", err)
		}
		older("2")
		if err := contacts.Put(ctx, contact{ID: "2", Email: "2@example.com", First: "Ada", Last: "L2"}); err != nil {
			t.Errorf("put: %v", err)
		}
		older("3")
		if err := contacts.Delete(ctx, contact{ID: "3"}); err != nil {
			t.Errorf("delete: %v", err)
		}
		four := older("4")
		changed := four
		changed.Score, changed.Email, changed.Last = 7, "4@example.com", "L4"
		if err := table.Transact(ctx, []singletable.Action{contacts.ToUpdate(four, changed)}); err != nil {
			t.Errorf("update in a transaction: %v", err)
		}
		if err := table.Transact(ctx, []singletable.Action{contacts.ToDelete(older("5"))}); err != nil {
			t.Errorf("delete in a transaction: %v", err)
		}
		for id, claims := range map[string]bool{"1": true, "2": true, "3": false, "4": true, "5": false} {
			if there := s.stored(t, "CONTACT#"+id, "CONTACT") != nil; there != claims {
				t.Errorf("contact %s is there: %t", id, there)
			}
			for _, key := range []string{"UNIQUE#Contact#email#" + id + "@example.com", "UNIQUE#Contact#name#Ada#L" + id} {
				if there := s.stored(t, key, "CLAIM") != nil; there != claims {
					t.Errorf("claim %s is there: %t", key, there)
				}
			}
		}
	})
}
