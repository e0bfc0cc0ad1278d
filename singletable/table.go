package singletable

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// Client is what a table needs of a DynamoDB client. [*dynamodb.Client] is one. It must be safe for concurrent use.
type Client interface {
	GetItem(context.Context, *dynamodb.GetItemInput, ...func(*dynamodb.Options)) (*dynamodb.GetItemOutput, error)
	PutItem(context.Context, *dynamodb.PutItemInput, ...func(*dynamodb.Options)) (*dynamodb.PutItemOutput, error)
	UpdateItem(context.Context, *dynamodb.UpdateItemInput, ...func(*dynamodb.Options)) (*dynamodb.UpdateItemOutput, error)
	DeleteItem(context.Context, *dynamodb.DeleteItemInput, ...func(*dynamodb.Options)) (*dynamodb.DeleteItemOutput, error)
	Query(context.Context, *dynamodb.QueryInput, ...func(*dynamodb.Options)) (*dynamodb.QueryOutput, error)
	Scan(context.Context, *dynamodb.ScanInput, ...func(*dynamodb.Options)) (*dynamodb.ScanOutput, error)
	BatchGetItem(context.Context, *dynamodb.BatchGetItemInput, ...func(*dynamodb.Options)) (*dynamodb.BatchGetItemOutput, error)
	BatchWriteItem(context.Context, *dynamodb.BatchWriteItemInput, ...func(*dynamodb.Options)) (*dynamodb.BatchWriteItemOutput, error)
	TransactWriteItems(context.Context, *dynamodb.TransactWriteItemsInput, ...func(*dynamodb.Options)) (*dynamodb.TransactWriteItemsOutput, error)
}

// Table is a DynamoDB table that holds several entity types under one key schema. It is safe for concurrent use.
type Table struct {
	client        Client
	name          string
	primary       access
	indexes       []access // GSI1 first, unless the table is withoutGSI1
	withoutGSI1   bool
	renamedGSI1   bool
	typeAttribute string
	cursors       cursorKeys // of WithCursorKey
	expiryOption  *string    // of WithTimeToLive
	observe       func(context.Context, Request)

	attributeIndexes []attributeIndex // of WithAttributeIndex

	mu       sync.Mutex
	entities []*entity             // those that have a repository, one a type
	expiry   string                // the time-to-live attribute, once it is known
	stored   map[string]storedType // of the attributes that attributeIndexes go by, by name
}

// gsi1 is the name by which schemas call the first index, whatever the table calls it.
const gsi1 = "GSI1"

// gsi1 is what the table calls that index.
func (t *Table) gsi1() string {
	if t.withoutGSI1 {
		return gsi1 // which there is not
	}
	return t.indexes[0].index
}

// access is a way to items: the table's own keys, or an index with its keys.
type access struct {
	index           string // empty for the table itself
	partition, sort string // names of the key attributes
}

// TableOption is an option of [NewTable]. The package's With functions make them; nil options are passed over.
type TableOption interface{ apply(*Table) }

type tableOption func(*Table)

func (o tableOption) apply(t *Table) { o(t) }

// WithKeyAttributes names the attributes of the table's partition and sort key. Defaults to PK and SK.
func WithKeyAttributes(partition, sort string) TableOption {
	return tableOption(func(t *Table) { t.primary.partition, t.primary.sort = partition, sort })
}

// WithGSI1 names the table's first global secondary index and the attributes of its keys. Defaults to GSI1, GSI1PK and
// GSI1SK. The index must project all attributes. Schema.GSI1 and [Repo.GSI1] mean this index, whatever its name is.
func WithGSI1(index, partition, sort string) TableOption {
	return tableOption(func(t *Table) { t.indexes[0], t.renamedGSI1 = access{index, partition, sort}, true })
}

// WithoutGSI1 says that the table has no index but those of [WithIndex] and [WithAttributeIndex]: a table of records of package
// idempotency has none at all, say. A schema with a pattern for GSI1 is refused by [NewRepo] then, and calls of [Repo.GSI1] fail
// with [ErrKey].
func WithoutGSI1() TableOption { return tableOption(func(t *Table) { t.withoutGSI1 = true }) }

// WithIndex adds a global secondary index and names the attributes of its keys. The index must project all attributes. Schemas
// refer to it by its name. GSI1 is part of the table too unless the options have [WithoutGSI1]; on demand, an index that no entity
// is in costs nothing.
func WithIndex(index, partition, sort string) TableOption {
	return tableOption(func(t *Table) { t.indexes = append(t.indexes, access{index, partition, sort}) })
}

// WithTypeAttribute names the attribute that holds an item's entity type. Defaults to _type.
func WithTypeAttribute(name string) TableOption {
	return tableOption(func(t *Table) { t.typeAttribute = name })
}

// NewTable describes the table called name. It sends nothing. A wrong setting, such as an empty name because an environment
// variable is missing, is reported by [NewRepo].
func NewTable(client Client, name string, opts ...TableOption) *Table {
	t := &Table{
		client: client, name: name, typeAttribute: "_type",
		primary: access{partition: "PK", sort: "SK"},
		indexes: []access{{index: gsi1, partition: "GSI1PK", sort: "GSI1SK"}},
	}
	for _, o := range opts {
		if o != nil {
			o.apply(t)
		}
	}
	if t.withoutGSI1 {
		t.indexes = t.indexes[1:]
	}
	return t
}

func (t *Table) check() error {
	if t == nil || t.client == nil {
		return errors.New("singletable: the table has no client")
	}
	if t.renamedGSI1 && t.withoutGSI1 {
		return fmt.Errorf("singletable: table %s: WithGSI1 and WithoutGSI1 contradict each other", t.name)
	}
	if t.name == "" {
		return errors.New("singletable: the table has no name: is the environment variable set that should give it?")
	}
	used := map[string]bool{}
	for _, x := range t.indexes {
		if x.index == "" || used[x.index] {
			return fmt.Errorf("singletable: table %s: %q cannot name an index: it is empty or used twice", t.name, x.index)
		}
		used[x.index] = true
	}
	if err := t.checkAttributeIndexes(used); err != nil {
		return err
	}
	clear(used)
	for _, name := range t.ownAttributes() {
		if name == "" || used[name] {
			return fmt.Errorf("singletable: table %s: %q cannot name an attribute: it is empty or used twice", t.name, name)
		}
		used[name] = true
	}
	if name := t.expiryOption; name != nil && (*name == "" || used[*name]) {
		return fmt.Errorf("singletable: table %s: %q cannot name the time-to-live attribute: it is empty or used for keys or types", t.name, *name)
	}
	return t.cursors.err
}

// ownAttributes are those that the table adds to an entity's.
func (t *Table) ownAttributes() []string { return append(t.keyAttributes(), t.typeAttribute) }

// indexNames are the names of all indexes.
func (t *Table) indexNames() []string {
	var names []string
	for _, x := range t.indexes {
		names = append(names, x.index)
	}
	for _, x := range t.attributeIndexes {
		names = append(names, x.name)
	}
	return names
}

// keyAttributes are those of the table's keys and the indexes'.
func (t *Table) keyAttributes() []string {
	names := []string{t.primary.partition, t.primary.sort}
	for _, x := range t.indexes {
		names = append(names, x.partition, x.sort)
	}
	return names
}

// CreateTableInput returns the table's definition: the keys, the indexes with all attributes projected, and on-demand capacity. It
// is meant for tests and local engines; change it before use as you like. [Table.Terraform] and [Table.CloudFormation] say the
// same for the infrastructure's files, and time to live, which cannot be set here, is in [Table.UpdateTimeToLiveInput].
//
// The types of the attributes that indexes of [WithAttributeIndex] go by are those of the entities' Go types. Make the
// repositories first: an attribute that no entity with a repository has lacks its definition, and the service refuses the table.
func (t *Table) CreateTableInput() *dynamodb.CreateTableInput {
	keys := func(a access) []types.KeySchemaElement {
		return []types.KeySchemaElement{
			{AttributeName: aws.String(a.partition), KeyType: types.KeyTypeHash},
			{AttributeName: aws.String(a.sort), KeyType: types.KeyTypeRange},
		}
	}
	in := &dynamodb.CreateTableInput{
		TableName:   aws.String(t.name),
		BillingMode: types.BillingModePayPerRequest,
		KeySchema:   keys(t.primary),
	}
	for _, x := range t.indexes {
		in.GlobalSecondaryIndexes = append(in.GlobalSecondaryIndexes, types.GlobalSecondaryIndex{
			IndexName:  aws.String(x.index),
			KeySchema:  keys(x),
			Projection: &types.Projection{ProjectionType: types.ProjectionTypeAll},
		})
	}
	for _, name := range t.keyAttributes() {
		in.AttributeDefinitions = append(in.AttributeDefinitions, types.AttributeDefinition{
			AttributeName: aws.String(name), AttributeType: types.ScalarAttributeTypeS,
		})
	}
	for i := range t.attributeIndexes {
		in.GlobalSecondaryIndexes = append(in.GlobalSecondaryIndexes, t.attributeIndexes[i].definition())
	}
	in.AttributeDefinitions = append(in.AttributeDefinitions, t.attributeDefinitions()...)
	return in
}
