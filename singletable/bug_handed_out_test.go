package singletable_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/expression"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/lambdapatterns/lambdapatterns/singletable"
)

type handedOut struct {
	ID     string            `dynamodbav:"id"`
	Text   string            `dynamodbav:"text,omitempty"`
	Labels map[string]string `dynamodbav:"labels"`
	Lines  []string          `dynamodbav:"lines"`
}

func (s store) handedOut(t *testing.T) *singletable.Repo[handedOut] {
	return repo[handedOut](t, singletable.NewTable(s.client, s.table), singletable.Schema{
		Type: "HandedOut", Key: singletable.Pattern("OUT#{id}", "OUT"),
	})
}

// What Stored and Replaced give is the entity and nothing of what their variable held: it was decoded over that, so that what a
// patch had removed seemed to be there still.
func TestStoredAndReplacedKeepNothingOfTheirVariable(t *testing.T) {
	t.Parallel()
	onEngines(t, func(t *testing.T, s store) {
		ctx, notes := t.Context(), s.handedOut(t)
		full := handedOut{ID: "1", Text: "hello", Labels: map[string]string{"a": "1"}, Lines: []string{"x", "y"}}
		check := func(what string, got handedOut, err error, text string, labels int, lines ...string) {
			t.Helper()
			if err != nil || got.ID != "1" || got.Text != text || len(got.Labels) != labels || !slices.Equal(got.Lines, lines) {
				t.Errorf("%s: %+v, %v", what, got, err)
			}
		}
		if err := notes.Put(ctx, full); err != nil {
			t.Fatal(err)
		}
		n := full
		err := notes.Patch(ctx, n, expression.Remove(expression.Name("text")).Remove(expression.Name("labels")).
			Set(expression.Name("lines"), expression.Value([]string{})), singletable.Stored(&n))
		check("what a patch stored", n, err, "", 0)
		if len(full.Lines) != 2 || full.Lines[0] != "x" {
			t.Errorf("the patch has changed the caller's slice: %v", full.Lines)
		}
		n = full
		check("what a put replaced", n, notes.Put(ctx, handedOut{ID: "1", Labels: map[string]string{"b": "2"}}, singletable.Replaced(&n)), "", 0)
		n = full
		err = notes.Update(ctx, n, func(h *handedOut) error { h.Text = "new"; return nil }, singletable.Replaced(&n))
		check("what an update replaced", n, err, "", 1)
		n = full
		check("what a delete removed", n, notes.Delete(ctx, n, singletable.Replaced(&n)), "new", 1)
	})
}

// Who asks for what was there before, which cannot be decoded, is told that the write is done: the error was the decoder's alone,
// and looked like one of a write that was not.
func TestAWriteThatIsDoneSaysSo(t *testing.T) {
	t.Parallel()
	onEngines(t, func(t *testing.T, s store) {
		ctx, notes := t.Context(), s.handedOut(t)
		damage := func() {
			t.Helper()
			if _, err := s.client.PutItem(ctx, &dynamodb.PutItemInput{TableName: &s.table, Item: map[string]types.AttributeValue{
				"PK": text("OUT#1"), "SK": text("OUT"), "_type": text("HandedOut"), "id": text("1"), "lines": text("secret"),
			}}); err != nil {
				t.Fatal(err)
			}
		}
		for what, write := range map[string]func(v *handedOut) error{
			"put":    func(v *handedOut) error { return notes.Put(ctx, handedOut{ID: "1"}, singletable.Replaced(v)) },
			"delete": func(v *handedOut) error { return notes.Delete(ctx, handedOut{ID: "1"}, singletable.Replaced(v)) },
			"patch": func(v *handedOut) error {
				return notes.Patch(ctx, handedOut{ID: "1"}, expression.Set(expression.Name("text"), expression.Value("t")), singletable.Stored(v))
			},
		} {
			damage()
			v := handedOut{Text: "mine"}
			err := write(&v)
			failed, ok := errors.AsType[*singletable.ItemError](err)
			if !ok || failed.Op != what || failed.Key != (singletable.Key{Partition: "OUT#1", Sort: "OUT"}) ||
				!strings.Contains(err.Error(), "it is done") || strings.Contains(err.Error(), "secret") {
				t.Errorf("%s: %v", what, err)
			}
			if v.Text != "mine" || v.ID != "" {
				t.Errorf("%s: the variable is %+v", what, v)
			}
		}
	})
}

// What has expired counts as gone, and an item of another type is no entity of this one: neither has been replaced.
func TestReplacedIsNoExpiredAndNoOtherEntity(t *testing.T) {
	t.Parallel()
	onEngines(t, func(t *testing.T, s store) {
		type session struct {
			ID   string `dynamodbav:"id"`
			User string `dynamodbav:"user"`
			Ends int64  `dynamodbav:"ends"`
		}
		ctx, sessions := t.Context(), repo[session](t, singletable.NewTable(s.client, s.table), singletable.Schema{
			Type: "Session", Key: singletable.Pattern("SESSION#{id}", "SESSION"), ExpiresAt: "ends",
		})
		there := func(kind, ends string) {
			t.Helper()
			if _, err := s.client.PutItem(ctx, &dynamodb.PutItemInput{TableName: &s.table, Item: map[string]types.AttributeValue{
				"PK": text("SESSION#1"), "SK": text("SESSION"), "_type": text(kind), "id": text("1"), "user": text("u"),
				"ends": &types.AttributeValueMemberN{Value: ends},
			}}); err != nil {
				t.Fatal(err)
			}
		}
		for what, write := range map[string]func(v *session) error{
			"create": func(v *session) error { return sessions.Create(ctx, session{ID: "1"}, singletable.Replaced(v)) },
			"put":    func(v *session) error { return sessions.Put(ctx, session{ID: "1"}, singletable.Replaced(v)) },
			"delete": func(v *session) error { return sessions.Delete(ctx, session{ID: "1"}, singletable.Replaced(v)) },
		} {
			var v session
			there("Session", "1")
			if err := write(&v); err != nil || v != (session{}) {
				t.Errorf("%s of an expired one: %+v, %v", what, v, err)
			}
			if what == "create" {
				continue
			}
			there("Other", "0")
			if err := write(&v); err != nil || v != (session{}) {
				t.Errorf("%s of another: %+v, %v", what, v, err)
			}
			there("Session", "0")
			if err := write(&v); err != nil || v.User != "u" {
				t.Errorf("%s: %+v, %v", what, v, err)
			}
		}
		var v session
		there("Other", "0")
		update := expression.Set(expression.Name("user"), expression.Value("x"))
		if err := sessions.Patch(ctx, session{ID: "1"}, update, singletable.Replaced(&v)); err != nil || v != (session{}) {
			t.Errorf("patch of another: %+v, %v", v, err)
		}
	})
}
