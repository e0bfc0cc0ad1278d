package singletable_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"

	"github.com/lambdapatterns/lambdapatterns/singletable"
	"github.com/lambdapatterns/lambdapatterns/singletable/singletabletest"
)

func TestAttributeIndexSchemasRefused(t *testing.T) {
	t.Parallel()
	type full struct {
		ID   string    `dynamodbav:"id"`
		N    int       `dynamodbav:"n"`
		At   time.Time `dynamodbav:"at"`
		Unix time.Time `dynamodbav:"unix,unixtime"`
		Opt  string    `dynamodbav:"opt,omitempty"`
		Ptr  *string   `dynamodbav:"ptr"`
		Yes  bool      `dynamodbav:"yes"`
		List []string  `dynamodbav:"list"`
		Text int       `dynamodbav:"text,string"`
		Own  selfMade  `dynamodbav:"own"`
		Num  attributevalue.Number
	}
	type other struct {
		ID string `dynamodbav:"id"`
		N  string `dynamodbav:"n"`
	}
	type plain struct {
		ID string `dynamodbav:"id"`
		N  int    `dynamodbav:"n"`
	}
	client := new(singletabletest.Engine).Client()
	table := func(partition, sort []string) *singletable.Table {
		return singletable.NewTable(client, "app", singletable.WithAttributeIndex("ByX", partition, sort))
	}
	key := singletable.Pattern("T#{id}", "T")
	in := func(p singletable.KeyPattern) singletable.Schema {
		return singletable.Schema{Type: "T", Key: key, Indexes: map[string]singletable.KeyPattern{"ByX": p}}
	}
	own := singletable.OwnAttributes()
	id := []string{"id"}
	byN := table(id, []string{"n"})
	if err := errOf[plain](byN, in(own)); err != nil {
		t.Fatal(err)
	}
	for says, err := range map[string]error{
		"stores the attribute n as S, and T as N":    errOf[other](byN, singletable.Schema{Type: "O", Key: singletable.Pattern("O#{id}", "O"), Indexes: map[string]singletable.KeyPattern{"ByX": own}}),
		"index ByX: the entity has all attributes":   errOf[plain](table(id, []string{"n"}), singletable.Schema{Type: "T", Key: key}),
		`has no attribute "region"`:                  errOf[plain](table([]string{"region"}, id), in(own)),
		"remove the tag, or say Sparse":              errOf[full](table([]string{"opt"}, nil), in(own)),
		"a time.Time is stored as text":              errOf[full](table([]string{"at"}, nil), in(own)),
		"a *string is not stored as":                 errOf[full](table([]string{"ptr"}, nil), in(own)),
		"a bool is not stored as":                    errOf[full](table([]string{"yes"}, nil), in(own)),
		"a []string is not stored as":                errOf[full](table([]string{"list", "gone"}, nil), singletable.Schema{Type: "T", Key: key}),
		"with the tag string":                        errOf[full](table([]string{"text"}, nil), in(own)),
		"selfMade encodes or decodes itself":         errOf[full](table([]string{"own"}, nil), in(own)),
		"a attributevalue.Number may be a number":    errOf[full](table([]string{"Num"}, nil), in(own)),
		"state it with OwnAttributes":                errOf[plain](byN, in(singletable.Pattern("X", "Y"))),
		"cannot be Sharded":                          errOf[plain](byN, in(own.Sharded(2))),
		"the Key is OwnAttributes":                   errOf[plain](byN, singletable.Schema{Type: "T", Key: own}),
		"the index GSI1 has key attributes":          errOf[plain](byN, singletable.Schema{Type: "T", Key: key, GSI1: own}),
		`the table has no index "Y"`:                 errOf[plain](byN, singletable.Schema{Type: "T", Key: key, Indexes: map[string]singletable.KeyPattern{"ByX": own, "Y": own}}),
		"has 0 attributes, and there can be 1 to 4":  errOf[plain](table(nil, id), in(own)),
		"its partition key has 5 attributes":         errOf[plain](table([]string{"a", "b", "c", "d", "e"}, id), in(own)),
		"its sort key has 5 attributes":              errOf[plain](table(id, []string{"a", "b", "c", "d", "e"}), in(own)),
		`"id" cannot be its attribute: it is empty`:  errOf[plain](table(id, id), in(own)),
		`"" cannot be its attribute`:                 errOf[plain](table([]string{""}, id), in(own)),
		`"_type" cannot be its attribute: the table`: errOf[plain](table([]string{"_type"}, id), in(own)),
		`"GSI1" cannot name an index`:                errOf[plain](singletable.NewTable(client, "app", singletable.WithAttributeIndex("GSI1", id, nil)), in(own)),
	} {
		if err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("got %v, want %q", err, says)
		}
	}
	// An attribute of an index that the entity is not in: the service takes no empty text for it all the same.
	type half struct {
		ID string `dynamodbav:"id"`
		R  string `dynamodbav:"r"`
	}
	partly := table([]string{"r"}, []string{"n"})
	halves := repo[half](t, partly, singletable.Schema{Type: "Half", Key: singletable.Pattern("HALF#{id}", "HALF")})
	if err := halves.Put(t.Context(), half{ID: "a"}); !errors.Is(err, singletable.ErrKey) || !strings.Contains(err.Error(), "in ByX: attribute r: it is empty") {
		t.Errorf("an empty attribute of an index: got %v", err)
	}
	// Without a repository that knows the types, the definitions are missing.
	if _, err := client.CreateTable(t.Context(), partly.CreateTableInput()); err == nil || !strings.Contains(err.Error(), "n is not defined") {
		t.Errorf("a table of which an attribute's type is not known: %v", err)
	}
}
