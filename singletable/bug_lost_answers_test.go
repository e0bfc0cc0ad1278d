package singletable_test

import (
	"errors"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/expression"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/lambdapatterns/lambdapatterns/singletable"
)

// A write whose answer was lost and that then only meets transactions on its item may have been performed.
func TestLostAnswerThenConflictingTransactions(t *testing.T) {
	t.Parallel()
	calls := map[string]func(*testing.T, *singletable.Repo[Piece]) error{
		"create": func(t *testing.T, r *singletable.Repo[Piece]) error { return r.Create(t.Context(), Piece{ID: "new"}) },
		"update": func(t *testing.T, r *singletable.Repo[Piece]) error {
			return r.Update(t.Context(), Piece{ID: "p"}, func(p *Piece) error { p.Stock--; return nil })
		},
		"patch": func(t *testing.T, r *singletable.Repo[Piece]) error {
			return r.Patch(t.Context(), Piece{ID: "p"}, expression.Add(expression.Name("stock"), expression.Value(-1)))
		},
		"delete": func(t *testing.T, r *singletable.Repo[Piece]) error {
			return r.Delete(t.Context(), Piece{ID: "p", Version: 1})
		},
		"put": func(t *testing.T, r *singletable.Repo[Piece]) error {
			return r.Put(t.Context(), Piece{ID: "p", Version: 1})
		},
	}
	for name, call := range calls {
		for _, lost := range []bool{true, false} {
			t.Run(name, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					w := &wire{}
					pieces := repo[Piece](t, w.table(t), stampedSchema)
					put(t, pieces, Piece{ID: "p", Stock: 3})
					w.answer = func(op string, _ int, perform func() *http.Response) *http.Response {
						switch {
						case op == "GetItem":
							return nil
						case lost:
							lost = false
							perform()
							return failure(500, "InternalServerError", "")
						}
						return failure(400, "TransactionConflictException", "")
					}
					want := lost
					err := call(t, pieces)
					if !errors.Is(err, singletable.ErrConflict) || errors.Is(err, singletable.ErrUncertain) != want {
						t.Errorf("got %v; want that it is uncertain: %t", err, want)
					}
				})
			})
		}
	}
}

// What a function of Change has added to a write must not make the write look like another's, which would be done again.
func TestLostAnswerOfAChangedWrite(t *testing.T) {
	t.Parallel()
	for name, schema := range map[string]singletable.Schema{"with times": stampedSchema, "without": pieceSchema} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := &wire{}
				pieces := repo[Piece](t, w.table(t), schema)
				put(t, pieces, Piece{ID: "p", Stock: 3})
				loseFirst(w, true, nil)
				err := pieces.Update(t.Context(), Piece{ID: "p"}, func(p *Piece) error { p.Stock--; return nil },
					singletable.Change(func(in *dynamodb.UpdateItemInput) {
						*in.UpdateExpression += " ADD seen :seen"
						in.ExpressionAttributeValues[":seen"] = &types.AttributeValueMemberN{Value: "1"}
					}))
				got, errGet := pieces.Get(t.Context(), Piece{ID: "p"})
				if errGet != nil || got.Stock != 2 {
					t.Errorf("%+v is left, %v: one piece was to be taken", got, errGet)
				}
				if err != nil && !errors.Is(err, singletable.ErrUncertain) {
					t.Errorf("it was done, and the error is %v", err)
				}
			})
		})
	}
}

// A version of 1 does not tell one item from the next under its key: what a Create whose answer was lost has made may have been
// deleted, or have expired, and created anew by somebody else.
func TestLostAnswerOfACreateThenAnother(t *testing.T) {
	t.Parallel()
	type lock struct {
		ID      string `dynamodbav:"id"`
		Owner   string `dynamodbav:"owner"`
		Version int64  `dynamodbav:"version"`
		Expires int64  `dynamodbav:"expires"`
	}
	schema := singletable.Schema{
		Type: "Lock", Key: singletable.Pattern("LOCK#{id}", "LOCK"), Version: "version", ExpiresAt: "expires",
	}
	write := map[string]func(*testing.T, *singletable.Repo[lock], lock) error{
		"create": func(t *testing.T, r *singletable.Repo[lock], l lock) error { return r.Create(t.Context(), l) },
		"put":    func(t *testing.T, r *singletable.Repo[lock], l lock) error { return r.Put(t.Context(), l) },
	}
	for name, write := range write {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := &wire{}
				locks := repo[lock](t, w.table(t), schema)
				direct := repo[lock](t, singletable.NewTable(w.engine.Client(), "app"), schema)
				loseFirst(w, true, func() {
					if got, err := direct.Get(t.Context(), lock{ID: "l"}); err != nil || got.Owner != "me" {
						t.Errorf("%+v is there, %v", got, err)
					}
					time.Sleep(time.Minute)
					if err := direct.Create(t.Context(), lock{ID: "l", Owner: "you"}); err != nil {
						t.Error(err)
					}
				})
				err := write(t, locks, lock{ID: "l", Owner: "me", Expires: time.Now().Add(time.Second).Unix()})
				if err == nil || !errors.Is(err, singletable.ErrUncertain) {
					t.Errorf("got %v, and the lock was mine for a second", err)
				}
			})
		})
	}
}

// A Patch from version 1 is not proved undone by a version of 1.
func TestLostAnswerOfAPatchThenAnotherItem(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := &wire{}
		pieces := repo[Piece](t, w.table(t), stampedSchema)
		direct := repo[Piece](t, singletable.NewTable(w.engine.Client(), "app"), stampedSchema)
		put(t, pieces, Piece{ID: "p", Stock: 3})
		loseFirst(w, true, func() {
			err := errors.Join(direct.Delete(t.Context(), Piece{ID: "p", Version: 2}), direct.Create(t.Context(), Piece{ID: "p", Stock: 5}))
			if err != nil {
				t.Error(err)
			}
		})
		err := pieces.Patch(t.Context(), Piece{ID: "p", Version: 1}, expression.Set(expression.Name("stock"), expression.Value(2)),
			singletable.If(expression.Name("stock").Equal(expression.Value(3))))
		if !errors.Is(err, singletable.ErrCondition) || !errors.Is(err, singletable.ErrUncertain) {
			t.Errorf("got %v, and the piece was patched before it was deleted", err)
		}
	})
}

// A Delete stores what it was given, whether there is anything to delete or not, and unique values or not.
func TestDeleteOfNothingStores(t *testing.T) {
	t.Parallel()
	type member struct {
		ID    string `dynamodbav:"id"`
		Email string `dynamodbav:"email"`
	}
	for name, unique := range map[string]map[string]string{"unique values": {"email": "{email}"}, "none": nil} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			members := repo[member](t, (&wire{}).table(t), singletable.Schema{
				Type: "Member", Key: singletable.Pattern("MEMBER#{id}", "PROFILE"), Unique: unique,
			})
			var stored member
			given := member{ID: "nobody", Email: "nobody@example.com"}
			if err := members.Delete(t.Context(), given, singletable.Stored(&stored)); err != nil || stored != given {
				t.Errorf("it stored %+v, %v", stored, err)
			}
		})
	}
}
