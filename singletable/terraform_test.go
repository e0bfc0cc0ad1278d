package singletable

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

func TestIndexOfSeveralAttributes(t *testing.T) {
	t.Parallel()
	key := func(name string, role types.KeyType) types.KeySchemaElement {
		return types.KeySchemaElement{AttributeName: aws.String(name), KeyType: role}
	}
	in := &dynamodb.CreateTableInput{
		BillingMode: types.BillingModePayPerRequest,
		KeySchema:   []types.KeySchemaElement{key("PK", types.KeyTypeHash)},
		AttributeDefinitions: []types.AttributeDefinition{
			{AttributeName: aws.String("PK"), AttributeType: types.ScalarAttributeTypeB},
			{AttributeName: aws.String("at"), AttributeType: types.ScalarAttributeTypeN},
		},
		GlobalSecondaryIndexes: []types.GlobalSecondaryIndex{{
			IndexName:  aws.String("by-time"),
			KeySchema:  []types.KeySchemaElement{key("PK", types.KeyTypeHash), key("at", types.KeyTypeHash), key("id", types.KeyTypeRange)},
			Projection: &types.Projection{ProjectionType: types.ProjectionTypeAll},
		}},
	}
	const wantHCL = `billing_mode = "PAY_PER_REQUEST"
hash_key     = "PK"

attribute {
  name = "PK"
  type = "B"
}

attribute {
  name = "at"
  type = "N"
}

global_secondary_index {
  # Several attributes in a key take key_schema blocks, which the AWS provider has in version 6 and not in 5.
  name            = "by-time"
  projection_type = "ALL"

  key_schema {
    attribute_name = "PK"
    key_type       = "HASH"
  }

  key_schema {
    attribute_name = "at"
    key_type       = "HASH"
  }

  key_schema {
    attribute_name = "id"
    key_type       = "RANGE"
  }
}
`
	if got := terraform(in, nil); got != wantHCL {
		t.Errorf("got\n%s", got)
	}
	const wantKeys = `  - IndexName: by-time
    KeySchema:
      - AttributeName: PK
        KeyType: HASH
      - AttributeName: at
        KeyType: HASH
      - AttributeName: id
        KeyType: RANGE
`
	if got := cloudFormation(in, nil); !strings.Contains(got, wantKeys) {
		t.Errorf("got\n%s", got)
	}
}

func TestTextsAreQuoted(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ text, hcl, yaml string }{
		{"PK", `"PK"`, "PK"},
		{"expires-at_2", `"expires-at_2"`, "expires-at_2"},
		{"", `""`, `""`},
		{"No", `"No"`, `"No"`},
		{"n", `"n"`, `"n"`},
		{"123", `"123"`, `"123"`},
		{"a: b", `"a: b"`, `"a: b"`},
		{`"\`, `"\"\\"`, `"\"\\"`},
		{"${a}%{b}$", `"$${a}%%{b}$"`, `"${a}%{b}$"`},
		{"\n\x00é", `"\U0000000a\U00000000é"`, `"\n\x00é"`},
	} {
		if got := hclText(c.text); got != c.hcl {
			t.Errorf("HCL of %q: got %s, want %s", c.text, got, c.hcl)
		}
		if got := yamlText(c.text); got != c.yaml {
			t.Errorf("YAML of %q: got %s, want %s", c.text, got, c.yaml)
		}
	}
}
