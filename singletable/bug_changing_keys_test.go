package singletable_test

import (
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/expression"

	"github.com/lambdapatterns/lambdapatterns/singletable"
)

type article struct {
	ID      string    `dynamodbav:"id"`
	Title   string    `dynamodbav:"title"`
	Version int64     `dynamodbav:"version"`
	Created time.Time `dynamodbav:"created_at"`
	Updated time.Time `dynamodbav:"updated_at"`
}

// A patch sets the version and UpdatedAt. Where an index went by one of them its keys stayed as they were, and the index told of
// times that were long over.
func TestPatchWhereAnIndexGoesByWhatItSets(t *testing.T) {
	t.Parallel()
	for name, key := range map[string]singletable.KeyPattern{
		"updated": singletable.Pattern("ARTICLES", "{updated_at}#{id}"), "version": singletable.Pattern("ARTICLES#{version}", "{id}"),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			onEngines(t, func(t *testing.T, s store) {
				ctx := t.Context()
				articles := repo[article](t, singletable.NewTable(s.client, s.table), singletable.Schema{
					Type: "Article", Key: singletable.Pattern("ARTICLE#{id}", "ARTICLE"), GSI1: key,
					Version: "version", CreatedAt: "created_at", UpdatedAt: "updated_at",
				})
				a := article{ID: "a", Title: "old"}
				if err := articles.Create(ctx, a, singletable.Stored(&a)); err != nil {
					t.Fatal(err)
				}
				err := articles.Patch(ctx, a, expression.Set(expression.Name("title"), expression.Value("new")))
				if e := wantError(t, "patch", err, singletable.ErrKey); !strings.Contains(e.Error(), "use Update") {
					t.Errorf("the patch says %v", e)
				}
				if err := articles.Update(ctx, a, func(a *article) error { a.Title = "new"; return nil }, singletable.Stored(&a)); err != nil {
					t.Fatal(err)
				}
				var found article
				for got, err := range articles.GSI1().Query(ctx, a) {
					if err != nil {
						t.Fatal(err)
					}
					found = got
				}
				if found.Title != "new" || found.Version != 2 {
					t.Errorf("the index has %+v after the update", found)
				}
			})
		})
	}
}

// The key that an entity is created with must stay, and so must its unique values.
func TestKeysOfWhatEveryWriteChanges(t *testing.T) {
	t.Parallel()
	for want, s := range map[string]singletable.Schema{
		"the Key names {updated_at}": {Key: singletable.Pattern("ARTICLE", "{updated_at}#{id}")},
		"the Key names {version}":    {Key: singletable.Pattern("ARTICLE#{version}", "{id}")},
		"Unique names {updated_at}":  {Key: singletable.Pattern("ARTICLE#{id}", "A"), Unique: map[string]string{"x": "{title}#{updated_at}"}},
		"": {
			Key: singletable.Pattern("ARTICLE", "{created_at}#{id}"), GSI1: singletable.Pattern("ARTICLES", "{updated_at}#{version}"),
			Unique: map[string]string{"x": "{created_at}"},
		},
	} {
		s.Type, s.Version, s.CreatedAt, s.UpdatedAt = "Article", "version", "created_at", "updated_at"
		_, err := singletable.NewRepo[article](singletable.NewTable(&canned{}, "app"), s)
		if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got %v", want, err)
		}
	}
}
