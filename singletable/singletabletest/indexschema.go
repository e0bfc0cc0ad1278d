package singletabletest

import "slices"

func (t *table) addLocalIndexes(d tableDefinition) error {
	if d.LocalSecondaryIndexes == nil {
		return nil
	}
	definitions := *d.LocalSecondaryIndexes
	switch {
	case len(definitions) == 0:
		return validation("LSI list is empty/invalid")
	case len(t.key.sort) == 0:
		return validation("Local Secondary indices are not allowed on hash tables, only hash and range tables")
	case len(definitions) > maxLocalIndexes:
		return validation("Cannot have more than 5 local secondary indexes per table")
	}
	for _, definition := range definitions {
		x, err := t.newIndex(definition)
		switch {
		case err != nil:
			return err
		case x.key.partition[0] != t.key.partition[0]:
			return validation("Local Secondary indices must have the same hash key as the main table")
		case len(x.key.sort) == 0:
			return validation("Local secondary indices must have a range key")
		case len(x.key.partition) > 1 || len(x.key.sort) > 1:
			return validation("Key Schema too big.  Key Schema must at most consist of the hash and range key of a table")
		case t.index(x.name) != nil:
			return validation("Two local secondary indices have the same name")
		}
		t.indexes = append(t.indexes, x)
	}
	return nil
}

func (t *table) addGlobalIndexes(d tableDefinition) error {
	if d.GlobalSecondaryIndexes == nil {
		return nil
	}
	definitions := *d.GlobalSecondaryIndexes
	switch {
	case len(definitions) == 0:
		return validation("GSI list is empty/invalid")
	case len(definitions) > maxGlobalIndexes:
		return validation("GlobalSecondaryIndex count exceeds the per-table limit")
	}
	for _, definition := range definitions {
		x, err := t.newIndex(definition)
		if err != nil {
			return err
		}
		x.global = true
		if len(x.key.partition) > maxIndexAttributes || len(x.key.sort) > maxIndexAttributes {
			return validation("Key Schema too big.  A global secondary index has at most 4 hash and 4 range attributes")
		}
		if other := t.index(x.name); other != nil && other.global {
			return validation("Two global secondary indices have the same name")
		} else if other != nil {
			return validation("Local Secondary Indices AND Global Secondary Indices must have different names")
		}
		if d.BillingMode != billingOnDemand {
			if definition.ProvisionedThroughput == nil {
				return validation("No provisioned throughput specified for the global secondary index")
			}
			if err := definition.ProvisionedThroughput.check(); err != nil {
				return err
			}
		}
		t.indexes = append(t.indexes, x)
	}
	return nil
}

func (t *table) newIndex(definition indexDefinition) (*index, error) {
	if !validName(definition.IndexName) {
		return nil, errTableName
	}
	if len(definition.KeySchema) == 0 {
		return nil, validation("No defined key schema.  A key schema containing at least a hash key must be defined for all tables")
	}
	key, err := t.definition.keySchema(definition.KeySchema)
	if err != nil {
		return nil, err
	}
	for _, a := range slices.Concat(key.partition, key.sort) {
		if a.kind == "" {
			return nil, validation("Attribute %s is not defined in AttributeDefinitions", a.name)
		}
	}
	if err := definition.Projection.check(); err != nil {
		return nil, err
	}
	key.table = &t.key
	return &index{name: definition.IndexName, key: key, project: *definition.Projection}, nil
}

func (p *indexProjection) check() error {
	if p == nil || p.Type == "" && p.NonKeyAttributes == nil {
		return validation("Indexes must have a projection specified")
	}
	switch p.Type {
	case projectInclude:
		if len(p.NonKeyAttributes) == 0 {
			return validation("If Projection type INCLUDE is specified, some non-key attributes to include in the projection must be specified as well")
		}
	case projectAll, projectKeysOnly:
		if len(p.NonKeyAttributes) > 0 {
			return validation("No attributes should be specified to be projected unless projection type is INCLUDE")
		}
	default:
		return validation("Projection type must be INCLUDE, ALL, or KEYS_ONLY")
	}
	return nil
}

func (t *table) index(name string) *index {
	for _, x := range t.indexes {
		if x.name == name {
			return x
		}
	}
	return nil
}
