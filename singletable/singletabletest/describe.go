package singletabletest

import (
	"maps"
	"slices"
	"time"
)

type tableDescription struct {
	TableName              string
	TableArn               string
	TableStatus            string
	CreationDateTime       float64
	AttributeDefinitions   []attributeDefinition
	KeySchema              []keyElement
	ItemCount              int
	TableSizeBytes         int
	BillingModeSummary     *billingSummary `json:",omitempty"`
	ProvisionedThroughput  throughputDescription
	GlobalSecondaryIndexes []indexDescription   `json:",omitempty"`
	LocalSecondaryIndexes  []indexDescription   `json:",omitempty"`
	StreamSpecification    *streamSpecification `json:",omitempty"`
	LatestStreamLabel      string               `json:",omitempty"`
	LatestStreamArn        string               `json:",omitempty"`
	DeletionProtection     bool                 `json:"DeletionProtectionEnabled"`
}

type billingSummary struct {
	BillingMode                       string
	LastUpdateToPayPerRequestDateTime float64
}

type throughputDescription struct {
	NumberOfDecreasesToday int
	ReadCapacityUnits      int64
	WriteCapacityUnits     int64
}

type indexDescription struct {
	IndexName             string
	IndexArn              string
	IndexStatus           string `json:",omitempty"`
	KeySchema             []keyElement
	Projection            indexProjection
	IndexSizeBytes        int
	ItemCount             int
	ProvisionedThroughput *throughputDescription `json:",omitempty"`
}

const statusActive = "ACTIVE"

// describe is the table as it is now. Unlike the service's, its counts are exact.
func (t *table) describe() *tableDescription {
	d := t.definition
	name := *d.TableName
	description := &tableDescription{
		TableName:             name,
		TableArn:              arnPrefix + name,
		TableStatus:           statusActive,
		CreationDateTime:      epochSeconds(t.created),
		AttributeDefinitions:  d.AttributeDefinitions,
		KeySchema:             d.KeySchema,
		ItemCount:             t.count,
		TableSizeBytes:        t.size,
		ProvisionedThroughput: d.describeThroughput(d.ProvisionedThroughput),
		DeletionProtection:    d.DeletionProtection,
	}
	if t.stream != nil {
		description.StreamSpecification = d.StreamSpecification
		description.LatestStreamLabel, description.LatestStreamArn = t.stream.label, t.stream.arn
	}
	if d.BillingMode == billingOnDemand {
		description.BillingModeSummary = &billingSummary{billingOnDemand, epochSeconds(t.created)}
	}
	if d.GlobalSecondaryIndexes != nil {
		for _, x := range *d.GlobalSecondaryIndexes {
			described := t.describeIndex(x)
			throughput := d.describeThroughput(x.ProvisionedThroughput)
			described.IndexStatus, described.ProvisionedThroughput = statusActive, &throughput
			description.GlobalSecondaryIndexes = append(description.GlobalSecondaryIndexes, described)
		}
	}
	if d.LocalSecondaryIndexes != nil {
		for _, x := range *d.LocalSecondaryIndexes {
			description.LocalSecondaryIndexes = append(description.LocalSecondaryIndexes, t.describeIndex(x))
		}
	}
	return description
}

// describeThroughput is zero for a table on demand.
func (d tableDefinition) describeThroughput(p *throughput) throughputDescription {
	if d.BillingMode == billingOnDemand || p == nil {
		return throughputDescription{}
	}
	return throughputDescription{ReadCapacityUnits: p.ReadCapacityUnits, WriteCapacityUnits: p.WriteCapacityUnits}
}

func (t *table) describeIndex(d indexDefinition) indexDescription {
	description := indexDescription{
		IndexName:  d.IndexName,
		IndexArn:   arnPrefix + *t.definition.TableName + "/index/" + d.IndexName,
		KeySchema:  d.KeySchema,
		Projection: *d.Projection,
	}
	for _, p := range t.index(d.IndexName).entries.partitions {
		description.ItemCount += len(p.entries)
		for _, e := range p.entries {
			description.IndexSizeBytes += e.size
		}
	}
	return description
}

func epochSeconds(t time.Time) float64 { return float64(t.UnixMilli()) / 1000 }

type tableOutput struct {
	Table            *tableDescription `json:",omitempty"`
	TableDescription *tableDescription `json:",omitempty"`
}

type tableInput struct{ TableName *string }

func (e *Engine) createTable(d *tableDefinition) (*tableOutput, error) {
	t, err := newTable(*d)
	if err != nil {
		return nil, err
	}
	name := *d.TableName
	if e.tables[name] != nil {
		return nil, &apiError{code: codeResourceInUse, message: "Cannot create preexisting table"}
	}
	t.created = time.Now()
	e.openStream(t)
	if e.tables == nil {
		e.tables = map[string]*table{}
	}
	e.tables[name] = t
	return &tableOutput{TableDescription: t.describe()}, nil
}

func (e *Engine) describeTable(in *tableInput) (*tableOutput, error) {
	t, err := e.table(in.TableName)
	if err != nil {
		return nil, err
	}
	return &tableOutput{Table: t.describe()}, nil
}

func (e *Engine) deleteTable(in *tableInput) (*tableOutput, error) {
	t, err := e.table(in.TableName)
	if err != nil {
		return nil, err
	}
	if t.definition.DeletionProtection {
		return nil, validation("Resource cannot be deleted as it is currently protected against deletion. Disable deletion protection first.")
	}
	delete(e.tables, *t.definition.TableName)
	return &tableOutput{TableDescription: t.describe()}, nil
}

type listTablesInput struct {
	ExclusiveStartTableName string
	Limit                   *int
}

type listTablesOutput struct {
	TableNames             []string
	LastEvaluatedTableName string `json:",omitempty"`
}

const maxTableNames = 100

func (e *Engine) listTables(in *listTablesInput) (*listTablesOutput, error) {
	limit := maxTableNames
	if in.Limit != nil {
		switch limit = *in.Limit; {
		case limit < 1:
			return nil, errLimit
		case limit > maxTableNames:
			return nil, validation("Limit in ListTables must be <= 100")
		}
	}
	names := slices.Sorted(maps.Keys(e.tables))
	names = slices.DeleteFunc(names, func(name string) bool { return name <= in.ExclusiveStartTableName })
	if len(names) <= limit {
		return &listTablesOutput{TableNames: append([]string{}, names...)}, nil
	}
	return &listTablesOutput{TableNames: names[:limit], LastEvaluatedTableName: names[limit-1]}, nil
}
