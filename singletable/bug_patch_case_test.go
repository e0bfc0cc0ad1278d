package singletable_test

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/expression"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/lambdapatterns/lambdapatterns/singletable"
)

// A patch touches nothing that keys, claims or the repository depend on, whatever it calls it and does with it. An attribute
// that differs in case alone would be read for the other.
func TestPatchRefusesWhatIsHeldInEveryForm(t *testing.T) {
	t.Parallel()
	onEngines(t, func(t *testing.T, s store) {
		ctx, accounts := t.Context(), s.accounts(t)
		s.create(t, Account{ID: "a", Email: "a@example.com", Tags: []string{"x"}})
		x := expression.Value("x")
		for what, update := range map[string]expression.UpdateBuilder{
			"set":              expression.Set(expression.Name("email"), x),
			"nested":           expression.Set(expression.Name("email.domain"), x),
			"element":          expression.Set(expression.Name("email[0]"), x),
			"undivided":        expression.Set(expression.NameNoDotSplit("email"), x),
			"remove":           expression.Remove(expression.Name("nick")),
			"remove element":   expression.Remove(expression.Name("nick[1]")),
			"add":              expression.Add(expression.Name("version"), expression.Value(1)),
			"delete":           expression.Delete(expression.Name("nick"), expression.Value([]string{"x"})),
			"second":           expression.Set(expression.Name("balance"), expression.Value(1)).Remove(expression.Name("GSI1PK")),
			"upper case":       expression.Set(expression.Name("EMAIL"), x),
			"mixed case":       expression.Remove(expression.Name("Created_At")),
			"nested in a case": expression.Set(expression.Name("Nick.a"), x),
		} {
			wantError(t, what, accounts.Patch(ctx, Account{ID: "a"}, update), singletable.ErrKey)
		}
		if err := accounts.Patch(ctx, Account{ID: "a"}, expression.Set(expression.Name("emails"), x).Set(expression.Name("balance"), expression.Value(2))); err != nil {
			t.Errorf("a patch of others: %v", err)
		}
	})
}

// What lies inside of another attribute is not the attribute of that name: a patch of labels.email was refused as one of email.
func TestPatchOfNamesInsideOfOthers(t *testing.T) {
	t.Parallel()
	onEngines(t, func(t *testing.T, s store) {
		ctx, accounts := t.Context(), s.accounts(t)
		s.create(t, Account{ID: "a", Email: "a@example.com"})
		x := expression.Value("x")
		if err := accounts.Patch(ctx, Account{ID: "a"}, expression.Set(expression.Name("labels"),
			expression.Value(map[string]any{"list": []any{map[string]string{"id": "1"}}}))); err != nil {
			t.Fatal(err)
		}
		if err := accounts.Patch(ctx, Account{ID: "a"}, expression.Set(expression.Name("labels.email"), x).
			Set(expression.Name("labels.list[0].version"), x).Remove(expression.Name("labels.list[0].id"))); err != nil {
			t.Errorf("a patch inside of an attribute: %v", err)
		}
		labels, ok := s.stored(t, "ACCOUNT#a", "PROFILE")["labels"].(*types.AttributeValueMemberM)
		if !ok || plain(labels.Value, "email") != "x" {
			t.Errorf("the labels are %v", labels)
		}
		for what, update := range map[string]expression.UpdateBuilder{
			"beside":  expression.Set(expression.Name("labels.email"), x).Set(expression.Name("email.labels"), x),
			"operand": expression.Set(expression.Name("labels.email"), expression.Name("email")),
		} {
			wantError(t, what, accounts.Patch(ctx, Account{ID: "a"}, update), singletable.ErrKey)
		}
	})
}
