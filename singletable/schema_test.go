package singletable_test

import (
	"context"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/lambdapatterns/lambdapatterns/singletable"
)

func errOf[T any](table *singletable.Table, schema singletable.Schema) error {
	_, err := singletable.NewRepo[T](table, schema)
	return err
}

func TestNewRepoFindsMistakes(t *testing.T) {
	t.Parallel()
	type thing struct {
		ID    string    `dynamodbav:"id"`
		N     int       `dynamodbav:"n"`
		Ratio float64   `dynamodbav:"ratio"`
		Ptr   *string   `dynamodbav:"ptr"`
		At    time.Time `dynamodbav:"at"`
		Own   string
		Gone  string `dynamodbav:"-"`
	}
	type clash struct {
		ID string `dynamodbav:"id"`
		PK string
	}
	type clashType struct {
		ID   string `dynamodbav:"id"`
		Kind string `dynamodbav:"_type"`
	}
	type Embedded struct{ ID string }
	type embeds struct {
		*Embedded
		Name string
	}
	type Named struct {
		Rank int `dynamodbav:"rank"`
	}
	type nested struct {
		ID    string `dynamodbav:"id"`
		Named `dynamodbav:"base"`
	}
	type ignored struct {
		ID    string `dynamodbav:"id"`
		Named `dynamodbav:"-"`
	}
	type twins struct {
		ID string `dynamodbav:"id"`
		A  string `dynamodbav:"x"`
		B  string `dynamodbav:"x"`
	}
	type lower struct {
		ID string `dynamodbav:"id"`
		Pk string `dynamodbav:"pk"`
	}
	type hidden struct {
		Named
		Kind string `dynamodbav:"_TYPE"`
	}
	type lossy struct {
		At   time.Time             `dynamodbav:"at,unixtime"`
		Own  selfMade              `dynamodbav:"own"`
		Num  json.Number           `dynamodbav:"num"`
		AVNo attributevalue.Number `dynamodbav:"avno"`
	}
	type promoted struct {
		ID string `dynamodbav:"id"`
		selfMade2
	}
	client := &dynamodb.Client{}
	table := singletable.NewTable(client, "app")
	schema := func(pk, sk string) singletable.Schema {
		return singletable.Schema{Type: "Thing", Key: singletable.Pattern(pk, sk)}
	}
	for _, c := range []struct {
		name string
		err  error
		says string
	}{
		{"no client", errOf[thing](singletable.NewTable(nil, "app"), schema("{id}", "X")), "no client"},
		{"nil table", errOf[thing](nil, schema("{id}", "X")), "no client"},
		{"no table name", errOf[thing](singletable.NewTable(client, ""), schema("{id}", "X")), "the table has no name"},
		{"no index name", errOf[thing](singletable.NewTable(client, "app", singletable.WithGSI1("", "a", "b")), schema("{id}", "X")), "cannot name an index"},
		{"index twice", errOf[thing](singletable.NewTable(client, "app", singletable.WithIndex("GSI1", "a", "b")), schema("{id}", "X")), "cannot name an index"},
		{"unknown index", errOf[thing](table, singletable.Schema{
			Type: "Thing", Key: singletable.Pattern("{id}", "X"), Indexes: map[string]singletable.KeyPattern{"GSI2": singletable.Pattern("{id}", "X")},
		}), `the table has no index "GSI2"`},
		{"GSI1 twice", errOf[thing](table, singletable.Schema{
			Type: "Thing", Key: singletable.Pattern("{id}", "X"), GSI1: singletable.Pattern("{id}", "X"),
			Indexes: map[string]singletable.KeyPattern{"GSI1": singletable.Pattern("{id}", "X")},
		}), "the index GSI1 twice"},
		{
			"key name twice",
			errOf[thing](singletable.NewTable(client, "app", singletable.WithKeyAttributes("PK", "PK")), schema("{id}", "X")), `"PK" cannot name`,
		},
		{"no GSI1", errOf[thing](singletable.NewTable(client, "app", singletable.WithoutGSI1()), singletable.Schema{
			Type: "Thing", Key: singletable.Pattern("{id}", "X"), GSI1: singletable.Pattern("ID#{id}", "X"),
		}), "the pattern ID#{id}|X for GSI1, and table app is WithoutGSI1"},
		{"WithGSI1 and WithoutGSI1", errOf[thing](
			singletable.NewTable(client, "app", singletable.WithGSI1("ByMail", "a", "b"), singletable.WithoutGSI1()), schema("{id}", "X"),
		), "WithGSI1 and WithoutGSI1"},
		{"sparse key", errOf[thing](table, singletable.Schema{Type: "Thing", Key: singletable.Pattern("{id}", "X").Sparse()}), "the Key is Sparse, {id}|X"},
		{"sparse without a need", errOf[thing](table, singletable.Schema{
			Type: "Thing", Key: singletable.Pattern("{id}", "X"), GSI1: singletable.Pattern("N#{n}", "{id}").Sparse(),
		}), "the pattern N#{n}|{id} for the index GSI1 is Sparse"},
		{"no type", errOf[thing](table, singletable.Schema{Key: singletable.Pattern("{id}", "X")}), "has no Type"},
		{"no key", errOf[thing](table, singletable.Schema{Type: "Thing"}), "has no Key"},
		{"no sort key", errOf[thing](table, schema("{id}", "")), `pattern "": it is empty`},
		{"notation", errOf[thing](table, schema("T{id}", "X")), `pattern "T{id}": component 1`},
		{"unknown attribute", errOf[thing](table, schema("{idd}", "X")), "{idd}: singletable_test.thing has no such attribute; it has Own, at, id, n, ptr, ratio"},
		{"field name for a tagged one", errOf[thing](table, schema("{ID}", "X")), "no such attribute"},
		{"ignored field", errOf[thing](table, schema("{Gone}", "X")), "no such attribute"},
		{"float", errOf[thing](table, schema("{ratio}", "X")), "a float64 cannot be part of a key"},
		{"pointer", errOf[thing](table, schema("{ptr}", "X")), "a *string cannot be part of a key"},
		{"width of a string", errOf[thing](table, schema("{id:3}", "X")), "a width is for integers"},
		{"width of a time", errOf[thing](table, schema("{at:3}", "X")), "a width is for integers"},
		{"width over a signed integer", errOf[thing](table, schema("{n:20}", "X")), "at most 19 digits"},
		{"no struct", errOf[string](table, schema("{id}", "X")), "string is no struct"},
		{"pointer entity", errOf[*thing](table, schema("{id}", "X")), "is no struct"},
		{"attribute of the table's", errOf[clash](table, schema("{id}", "X")), `the attribute name "PK", and the table uses "PK" itself`},
		{"type attribute taken", errOf[clashType](table, schema("{id}", "X")), `the attribute name "_type"`},
		{"embedded pointer", errOf[embeds](table, schema("{ID}", "X")), "behind an embedded pointer"},
		{"nested struct", errOf[nested](table, schema("{rank}", "X")), "no such attribute; it has base, id"},
		{"ignored struct", errOf[ignored](table, schema("{rank}", "X")), "no such attribute; it has id"},
		{"two of one name", errOf[twins](table, schema("{x}", "X")), "no such attribute; it has id"},
		{"attribute of the table's in lower case", errOf[lower](table, schema("{id}", "X")), `the attribute name "pk", and the table uses "PK"`},
		{"type attribute in upper case", errOf[hidden](table, schema("{rank}", "X")), `the attribute name "_TYPE"`},
		{"unixtime", errOf[lossy](table, schema("{at}", "X")), "whole seconds only"},
		{"custom encoding", errOf[lossy](table, schema("{own}", "X")), "encodes or decodes itself"},
		{"json.Number", errOf[lossy](table, schema("{num}", "X")), "stored as a number"},
		{"attributevalue.Number", errOf[lossy](table, schema("{avno}", "X")), "stored as a number"},
		{"version of no integer", errOf[thing](table, singletable.Schema{
			Type: "Thing", Key: singletable.Pattern("{id}", "X"), Version: "id",
		}), `Version: the attribute "id" must be an int64`},
		{"unknown time", errOf[thing](table, singletable.Schema{
			Type: "Thing", Key: singletable.Pattern("{id}", "X"), UpdatedAt: "changed",
		}), `UpdatedAt: singletable_test.thing has no attribute "changed"`},
		{"expiry as text", errOf[thing](table, singletable.Schema{
			Type: "Thing", Key: singletable.Pattern("{id}", "X"), ExpiresAt: "at",
		}), "ExpiresAt: the attribute \"at\" must be an int64 of seconds"},
		{"unique value of nothing", errOf[thing](table, singletable.Schema{
			Type: "Thing", Key: singletable.Pattern("{id}", "X"), Unique: map[string]string{"mail": "{mail}"},
		}), "{mail}: singletable_test.thing has no such attribute"},
		{"entity encodes itself", errOf[promoted](table, schema("{id}", "X")), "encodes or decodes itself, by a method"},
		{
			"index", errOf[thing](table, singletable.Schema{Type: "Thing", Key: singletable.Pattern("{id}", "X"), GSI1: singletable.Pattern("{nope}", "X")}),
			"{nope}: ",
		},
	} {
		if c.err == nil || !strings.Contains(c.err.Error(), c.says) {
			t.Errorf("%s: got error %v, want %q in it", c.name, c.err, c.says)
			continue
		}
		// An error names the entity, unless it is the table that is wrong, and where in the schema a wrong pattern stands.
		if text := c.err.Error(); !strings.Contains(text, "Thing: ") && !strings.Contains(text, "table") && !strings.Contains(text, "has no Type") {
			t.Errorf("%s: the error does not name the entity: %v", c.name, text)
		} else if strings.Contains(text, "pattern \"") && !strings.Contains(text, "Key: pattern") && !strings.Contains(text, "Unique mail: pattern") &&
			!strings.Contains(text, "index GSI1: pattern") {
			t.Errorf("%s: the error does not say which pattern it is: %v", c.name, text)
		}
	}
	for name, err := range map[string]error{
		"field without a tag": errOf[thing](table, schema("{Own}#{n:19}", "{at}")),
		"other names":         errOf[clash](singletable.NewTable(client, "app", singletable.WithKeyAttributes("a", "b")), schema("{PK}", "X")),
		"other type attribute": errOf[clashType](singletable.NewTable(client, "app", singletable.WithTypeAttribute("entity")),
			schema("{id}", "X")),
	} {
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// selfMade encodes itself.
type selfMade string

func (s *selfMade) MarshalDynamoDBAttributeValue() (types.AttributeValue, error) {
	return &types.AttributeValueMemberS{Value: strings.ToUpper(string(*s))}, nil
}

func (s *selfMade) UnmarshalDynamoDBAttributeValue(v types.AttributeValue) error {
	if text, ok := v.(*types.AttributeValueMemberS); ok {
		*s = selfMade(strings.ToLower(text.Value))
	}
	return nil
}

type selfMade2 struct{}

func (selfMade2) MarshalDynamoDBAttributeValue() (types.AttributeValue, error) {
	return &types.AttributeValueMemberN{Value: "1"}, nil
}

// An entity's key fields may come from an embedded struct.
func TestKeyOfAnEmbeddedField(t *testing.T) {
	t.Parallel()
	type Base struct {
		ID string `dynamodbav:"id"`
	}
	type thing struct {
		Base
		Name string `dynamodbav:"name"`
	}
	repo, err := singletable.NewRepo[thing](singletable.NewTable(&dynamodb.Client{}, "app"), singletable.Schema{
		Type: "Thing", Key: singletable.Pattern("THING#{id}", "NAME#{name}"),
	})
	if err != nil {
		t.Fatal(err)
	}
	key, err := repo.Key(thing{Base{"t#1"}, "n"})
	if want := "THING#t%231|NAME#n"; err != nil || key.String() != want {
		t.Errorf("got key %s, %v; want %s", key, err, want)
	}
}

// failing is a client whose calls all fail.
type failing struct {
	singletable.Client
	err error
}

func (f failing) PutItem(context.Context, *dynamodb.PutItemInput, ...func(*dynamodb.Options)) (*dynamodb.PutItemOutput, error) {
	return nil, f.err
}

func (f failing) GetItem(context.Context, *dynamodb.GetItemInput, ...func(*dynamodb.Options)) (*dynamodb.GetItemOutput, error) {
	return nil, f.err
}

func (f failing) DeleteItem(context.Context, *dynamodb.DeleteItemInput, ...func(*dynamodb.Options)) (*dynamodb.DeleteItemOutput, error) {
	return nil, f.err
}

func (f failing) Query(context.Context, *dynamodb.QueryInput, ...func(*dynamodb.Options)) (*dynamodb.QueryOutput, error) {
	return nil, f.err
}

func TestEntitiesThatCouldMeetAreRefused(t *testing.T) {
	t.Parallel()
	type thing struct {
		ID   string `dynamodbav:"id"`
		Kind string `dynamodbav:"kind"`
	}
	for _, c := range []struct {
		first, second singletable.KeyPattern
		meet          bool
	}{
		{singletable.Pattern("USER#{id}", "PROFILE"), singletable.Pattern("USER#{id}", "PROFILE"), true},
		{singletable.Pattern("USER#{id}", "PROFILE"), singletable.Pattern("{kind}#{id}", "PROFILE"), true},
		{singletable.Pattern("USER#{id}", "PROFILE"), singletable.Pattern("USER#{kind}", "{id}"), true},
		{singletable.Pattern("USER#{id}", "PROFILE"), singletable.Pattern("USER#{id}", "ORDER#{kind}"), false},
		{singletable.Pattern("USER#{id}", "X#{kind}"), singletable.Pattern("USER#{id}", "ORDER#{kind}"), false},
		{singletable.Pattern("USER#{id}", "PROFILE"), singletable.Pattern("ORDER#{id}", "PROFILE"), false},
		{singletable.Pattern("USER#{id}", "PROFILE"), singletable.Pattern("USER#{kind}#{id}", "PROFILE"), false},
	} {
		table := singletable.NewTable(&dynamodb.Client{}, "app")
		if err := errOf[thing](table, singletable.Schema{Type: "A", Key: c.first}); err != nil {
			t.Fatal(err)
		}
		err := errOf[thing](table, singletable.Schema{Type: "B", Key: c.second})
		if (err != nil) != c.meet || c.meet && !strings.Contains(err.Error(), "B and A can have the same key") {
			t.Errorf("%v and %v: got %v", c.first, c.second, err)
		}
		if err := errOf[thing](table, singletable.Schema{Type: "A", Key: c.first}); err != nil {
			t.Errorf("another repository of the same type: %v", err)
		}
	}
	claims := map[string]string{"kind": "{kind}"}
	if err := errOf[thing](singletable.NewTable(&dynamodb.Client{}, "app"), singletable.Schema{
		Type: "A", Key: singletable.Pattern("UNIQUE#A#kind#{id}", "{kind}"), Unique: claims,
	}); err == nil || !strings.Contains(err.Error(), "UNIQUE#A#kind#{kind}|CLAIM") {
		t.Errorf("an entity that could lie where its claims do: %v", err)
	}
	table := singletable.NewTable(&dynamodb.Client{}, "app")
	err1 := errOf[thing](table, singletable.Schema{Type: "A", Key: singletable.Pattern("A#{id}", "A"), Unique: claims})
	err2 := errOf[thing](table, singletable.Schema{Type: "B", Key: singletable.Pattern("UNIQUE#{id}#{kind}#{id}", "CLAIM")})
	if err1 != nil || err2 == nil {
		t.Errorf("an entity that could lie where another's claims do: %v, %v", err1, err2)
	}
}
