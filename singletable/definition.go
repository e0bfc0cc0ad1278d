package singletable

import (
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// WithTimeToLive names the table's time-to-live attribute, for tables in which something other than an entity expires: the
// records of package idempotency, say. A table has one such attribute, so the schemas' ExpiresAt must name the same. Defaults to
// what the first schema with ExpiresAt names.
func WithTimeToLive(attribute string) TableOption {
	return tableOption(func(t *Table) { t.expiryOption, t.expiry = &attribute, attribute })
}

// agreeOnExpiry holds the entity's ExpiresAt against the table's time-to-live attribute. The caller has locked the table.
func (t *Table) agreeOnExpiry(e *entity) error {
	if name := e.schema.ExpiresAt; name != "" && t.expiry != "" && name != t.expiry {
		return fmt.Errorf("singletable: %s: ExpiresAt: the attribute is %q, and table %s has %q already: "+
			"a table has one time-to-live attribute", e.schema.Type, name, t.name, t.expiry)
	}
	return nil
}

// UpdateTimeToLiveInput returns what switches the table's time to live on: for the attribute of [WithTimeToLive], or else of
// Schema.ExpiresAt of the repositories made so far. It is nil if nothing in the table expires.
func (t *Table) UpdateTimeToLiveInput() *dynamodb.UpdateTimeToLiveInput {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.expiry == "" {
		return nil
	}
	return &dynamodb.UpdateTimeToLiveInput{
		TableName: aws.String(t.name),
		TimeToLiveSpecification: &types.TimeToLiveSpecification{
			AttributeName: aws.String(t.expiry), Enabled: aws.Bool(true),
		},
	}
}

// Terraform returns the table's definition as the arguments and blocks of a resource "aws_dynamodb_table", all but its name,
// formatted as terraform fmt does it. It says what [Table.CreateTableInput] and [Table.UpdateTimeToLiveInput] say, so make the
// repositories first.
//
// An index with several attributes in its partition or sort key is written with key_schema blocks. Version 5 of the AWS
// provider does not have them and refuses the text; later releases of version 6 do.
//
// Package templatetest holds a file that exists against the table.
func (t *Table) Terraform() string { return terraform(t.CreateTableInput(), t.UpdateTimeToLiveInput()) }

// CloudFormation returns the table's definition as the YAML of the Properties of an AWS::DynamoDB::Table, all but TableName, for
// CloudFormation and SAM templates. It says what [Table.CreateTableInput] and [Table.UpdateTimeToLiveInput] say, so make the
// repositories first.
//
// Package templatetest holds a file that exists against the table.
func (t *Table) CloudFormation() string {
	return cloudFormation(t.CreateTableInput(), t.UpdateTimeToLiveInput())
}

// keysOf returns the names of a key schema's attributes in one role, in their order.
func keysOf(schema []types.KeySchemaElement, role types.KeyType) []string {
	var names []string
	for _, k := range schema {
		if k.KeyType == role {
			names = append(names, aws.ToString(k.AttributeName))
		}
	}
	return names
}

// severalKeys tells whether the key schema has what only an index can have: several attributes in one role.
func severalKeys(schema []types.KeySchemaElement) bool {
	return max(len(keysOf(schema, types.KeyTypeHash)), len(keysOf(schema, types.KeyTypeRange))) > 1
}
