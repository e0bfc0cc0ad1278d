package templatetest

import (
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// declared is a table as one side declares it. What could not be read has been reported and is not compared.
type declared struct {
	pos        Pos
	key        key
	attributes []attribute
	indexes    []index
	expiry     expiry

	attributesUnread, indexesUnread bool
}

// key is a key schema, in its order.
type key struct {
	pos    Pos
	parts  []keyPart
	unread bool
}

type keyPart struct{ attribute, role string }

const (
	partition = string(types.KeyTypeHash)
	sort      = string(types.KeyTypeRange)
)

// attribute is an attribute's definition.
type attribute struct {
	pos       Pos
	name, typ string
}

// index is a global or a local secondary index.
type index struct {
	pos        Pos
	name       string
	local      bool
	key        key
	projection projection
}

type projection struct {
	pos        Pos
	typ        string
	attributes []string // those projected beside the keys, in any order
	unread     bool
}

// expiry is the time-to-live setting; no attribute if there is none.
type expiry struct {
	pos       Pos
	attribute string
	enabled   bool
	unread    bool
}

// expected is the table as the code declares it.
func expected(table Table) declared {
	in := table.CreateTableInput()
	d := declared{key: expectedKey(in.KeySchema)}
	for _, a := range in.AttributeDefinitions {
		d.attributes = append(d.attributes, attribute{name: aws.ToString(a.AttributeName), typ: string(a.AttributeType)})
	}
	add := func(name *string, local bool, schema []types.KeySchemaElement, p *types.Projection) {
		x := index{name: aws.ToString(name), local: local, key: expectedKey(schema)}
		if p != nil {
			x.projection = projection{typ: string(p.ProjectionType), attributes: p.NonKeyAttributes}
		}
		d.indexes = append(d.indexes, x)
	}
	for _, x := range in.GlobalSecondaryIndexes {
		add(x.IndexName, false, x.KeySchema, x.Projection)
	}
	for _, x := range in.LocalSecondaryIndexes {
		add(x.IndexName, true, x.KeySchema, x.Projection)
	}
	if ttl := table.UpdateTimeToLiveInput(); ttl != nil && ttl.TimeToLiveSpecification != nil {
		s := ttl.TimeToLiveSpecification
		d.expiry = expiry{attribute: aws.ToString(s.AttributeName), enabled: aws.ToBool(s.Enabled)}
	}
	return d
}

func expectedKey(schema []types.KeySchemaElement) key {
	var k key
	for _, part := range schema {
		k.parts = append(k.parts, keyPart{aws.ToString(part.AttributeName), string(part.KeyType)})
	}
	return k
}
