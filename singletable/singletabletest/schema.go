package singletabletest

import "slices"

// The wire forms of a table's definition.
type (
	tableDefinition struct {
		TableName              *string
		AttributeDefinitions   []attributeDefinition
		KeySchema              []keyElement
		BillingMode            string
		ProvisionedThroughput  *throughput
		GlobalSecondaryIndexes *[]indexDefinition
		LocalSecondaryIndexes  *[]indexDefinition
		DeletionProtection     bool `json:"DeletionProtectionEnabled"`
		TableClass             string
		StreamSpecification    *streamSpecification
	}
	attributeDefinition struct {
		AttributeName string
		AttributeType kind
	}
	keyElement struct {
		AttributeName string
		KeyType       string
	}
	throughput struct {
		ReadCapacityUnits  int64
		WriteCapacityUnits int64
	}
	indexDefinition struct {
		IndexName             string
		KeySchema             []keyElement
		Projection            *indexProjection
		ProvisionedThroughput *throughput
	}
)

const (
	billingOnDemand    = "PAY_PER_REQUEST"
	billingProvisioned = "PROVISIONED"

	keyTypePartition = "HASH"
	keyTypeSort      = "RANGE"

	maxGlobalIndexes   = 20
	maxLocalIndexes    = 5
	maxIndexAttributes = 4 // of each of partition and sort key of a global index
)

// newTable checks a definition and makes an empty table of it.
func newTable(d tableDefinition) (*table, error) {
	t := &table{definition: d}
	if d.TableName == nil || !validName(*d.TableName) {
		return nil, errTableName
	}
	if err := checkAttributeDefinitions(d.AttributeDefinitions); err != nil {
		return nil, err
	}
	if err := checkBilling(d); err != nil {
		return nil, err
	}
	var err error
	if t.key, err = d.tableKey(); err != nil {
		return nil, err
	}
	if err := t.addLocalIndexes(d); err != nil {
		return nil, err
	}
	if err := t.addGlobalIndexes(d); err != nil {
		return nil, err
	}
	if err := t.checkAttributesUsed(); err != nil {
		return nil, err
	}
	return t, d.StreamSpecification.check()
}

func checkAttributeDefinitions(definitions []attributeDefinition) error {
	if len(definitions) == 0 {
		return validation("No Attribute Schema Defined")
	}
	names := map[string]bool{}
	for _, a := range definitions {
		switch {
		case !a.AttributeType.ordered():
			return validation("Member must satisfy enum value set: [B, N, S]")
		case a.AttributeName == "" || len(a.AttributeName) > nameLength:
			return validation("Names of key attributes and attributes projected into an index must be between 1 and 255 characters, inclusive")
		case names[a.AttributeName]:
			return validation("Cannot have two attributes with the same name")
		}
		names[a.AttributeName] = true
	}
	return nil
}

func checkBilling(d tableDefinition) error {
	switch d.BillingMode {
	case billingOnDemand:
		return nil
	case "", billingProvisioned:
	default:
		return validation("BillingMode must be PROVISIONED or PAY_PER_REQUEST")
	}
	if d.ProvisionedThroughput == nil {
		return validation("No provisioned throughput specified for the table")
	}
	return d.ProvisionedThroughput.check()
}

func (p throughput) check() error {
	if p.ReadCapacityUnits < 1 || p.WriteCapacityUnits < 1 {
		return validation("Provisioned throughput must have at least 1 read and 1 write capacity unit")
	}
	return nil
}

func (d tableDefinition) kindOf(name string) kind {
	for _, a := range d.AttributeDefinitions {
		if a.AttributeName == name {
			return a.AttributeType
		}
	}
	return ""
}

func (d tableDefinition) tableKey() (keySchema, error) {
	var s keySchema
	elements := d.KeySchema
	switch {
	case len(elements) == 0:
		return s, validation("No defined key schema.  A key schema containing at least a hash key must be defined for all tables")
	case len(elements) > 2:
		return s, validation("Key Schema too big.  Key Schema must at most consist of the hash and range key of a table")
	}
	s, err := d.keySchema(elements)
	switch {
	case err != nil:
		return s, err
	case len(s.partition) > 1:
		return s, validation("Too many hash keys specified.  All Dynamo DB tables must have exactly one hash key")
	}
	for i, a := range slices.Concat(s.partition, s.sort) {
		if a.kind == "" {
			name := "Hash"
			if i > 0 {
				name = "Range"
			}
			return s, validation("%s Key not specified in Attribute Definitions.  Type unknown.", name)
		}
	}
	return s, nil
}

// keySchema sorts the elements of a key schema and checks what holds for tables and indexes.
func (d tableDefinition) keySchema(elements []keyElement) (keySchema, error) {
	var s keySchema
	names := map[string]bool{}
	sorted := true
	for _, e := range elements {
		if names[e.AttributeName] {
			return s, validation("Two keys can not have the same name")
		}
		names[e.AttributeName] = true
		a := keyAttribute{e.AttributeName, d.kindOf(e.AttributeName)}
		switch e.KeyType {
		case keyTypePartition:
			sorted = sorted && len(s.sort) == 0
			s.partition = append(s.partition, a)
		case keyTypeSort:
			s.sort = append(s.sort, a)
		}
	}
	switch {
	case len(s.partition) == 0:
		return s, validation("No Hash Key specified in schema.  All Dynamo DB tables must have exactly one hash key")
	case !sorted:
		return s, validation("Invalid key order. Hash Key must be specified first in key schema, Range Key must be specifed second")
	case len(s.partition)+len(s.sort) < len(elements):
		return s, validation("KeyType must be HASH or RANGE")
	}
	return s, nil
}

// checkAttributesUsed refuses attribute definitions that no key needs.
func (t *table) checkAttributesUsed() error {
	for _, a := range t.definition.AttributeDefinitions {
		used := t.key.has(a.AttributeName) ||
			slices.ContainsFunc(t.indexes, func(x *index) bool { return x.key.has(a.AttributeName) })
		if !used {
			return validation("The number of attributes in key schema must match the number of attributes defined in attribute definitions.")
		}
	}
	return nil
}
