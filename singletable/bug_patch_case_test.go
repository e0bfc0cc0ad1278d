package singletable_test

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/expression"

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
