package singletabletest

import "sync"

// Engine is an in-memory DynamoDB: the tables of one account in one region. The zero value is ready to use and has no
// tables. It is safe for concurrent use; operations run one at a time, so that what one wrote the next one sees, in
// indexes too. An Engine must not be copied after first use.
type Engine struct {
	// StreamShards is how many shards the streams of new tables have, between which the partition keys are divided.
	// Defaults to 1. Set it before the first call.
	StreamShards int

	mu     sync.Mutex
	tables map[string]*table
	tokens map[string]usedToken

	faults     sync.Mutex // guards injections
	injections []*Injection
}

// operation is an API operation: it decodes its request, runs, and returns the answer to encode.
type operation func(e *Engine, c *call) (any, error)

// operations are the operations of the service that the engine has, by the names of their X-Amz-Target.
var operations = map[string]operation{
	"CreateTable":        run((*Engine).createTable),
	"DescribeTable":      run((*Engine).describeTable),
	"DeleteTable":        run((*Engine).deleteTable),
	"ListTables":         run((*Engine).listTables),
	"UpdateTimeToLive":   run((*Engine).updateTimeToLive),
	"DescribeTimeToLive": run((*Engine).describeTimeToLive),
	"PutItem":            run((*Engine).putItem),
	"GetItem":            run((*Engine).getItem),
	"DeleteItem":         run((*Engine).deleteItem),
	"UpdateItem":         run((*Engine).updateItem),
	"Query":              run((*Engine).query),
	"Scan":               run((*Engine).scan),
	"BatchGetItem":       run((*Engine).batchGetItem),
	"BatchWriteItem":     run((*Engine).batchWriteItem),
	"TransactGetItems":   run((*Engine).transactGetItems),
	"TransactWriteItems": run((*Engine).transactWriteItems),
}

// run makes an operation of a method. The method runs under the lock; decoding and encoding do not, which is safe
// because values never change.
func run[In, Out any](method func(*Engine, *In) (*Out, error)) operation {
	return func(e *Engine, c *call) (any, error) {
		in := new(In)
		if err := decodeRequest(c.body, in); err != nil {
			return nil, err
		}
		if batch, ok := any(in).(interface{ leave(n int) }); ok {
			batch.leave(c.unprocessed)
		}
		e.mu.Lock()
		defer e.mu.Unlock()
		return method(e, in)
	}
}

const (
	arnPrefix  = "arn:aws:dynamodb:us-east-1:000000000000:table/"
	nameLength = 255
)

var errTableName = validation("Invalid table/index name.  Table/index names must be between 3 and 255 characters long, and may contain only the characters a-z, A-Z, 0-9, '_', '-', and '.'")

// table finds a table by its name or ARN.
func (e *Engine) table(name *string) (*table, error) {
	if name == nil {
		return nil, validation("Value null at 'tableName' failed to satisfy constraint: Member must not be null")
	}
	plain := plainName(*name)
	if !validName(plain) {
		return nil, errTableName
	}
	t, ok := e.tables[plain]
	if !ok {
		return nil, errNoSuchTable
	}
	return t, nil
}

func validName(name string) bool {
	if len(name) < 3 || len(name) > nameLength {
		return false
	}
	for _, c := range []byte(name) {
		if !isLetter(c) && !isDigit(c) && c != '_' && c != '-' && c != '.' {
			return false
		}
	}
	return true
}
