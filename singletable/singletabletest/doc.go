// Package singletabletest is DynamoDB in memory, for tests and local runs: an [Engine] that speaks the service's own
// protocol, behind a client of the AWS SDK or an HTTP server.
//
//	engine := new(singletabletest.Engine)
//	client := engine.Client() // a *dynamodb.Client: no network, no credentials
//
//	server := httptest.NewServer(engine) // or for other processes and languages, over HTTP
//
// The client is the SDK's own, so requests are serialised, retried and answered with typed errors as they are against
// the service. The engine is held to a conformance suite that AWS's DynamoDB Local passes too.
//
// # What it has
//
// The operations CreateTable, DescribeTable, DeleteTable, ListTables, UpdateTimeToLive, DescribeTimeToLive, PutItem,
// GetItem, DeleteItem, UpdateItem, Query, Scan, BatchGetItem, BatchWriteItem, TransactGetItems and TransactWriteItems,
// with all kinds of expressions; global and local secondary indexes, with keys of several attributes too; and the
// limits that code has to live with: 400 KB an item, 1 MB a page before the filter, 25 writes and 100 reads a batch,
// 100 actions and 4 MB a transaction, 38 digits a number, 32 levels, reserved words.
//
// # What it does not have
//
// Other operations are answered with UnknownOperationException, and the parameters from before there were expressions
// (KeyConditions, Expected, AttributesToGet and the like) are refused by name.
//
// # What differs from the service
//
//   - Nothing is ever throttled, no batch is left unprocessed below its size limits, and no transaction conflicts with
//     another: code for these cases has to be tested with errors of its own.
//   - Global secondary indexes are up to date at once. In the service they lag behind, so a test that passes here does
//     not show that code can live with that.
//   - Tables are active as soon as they are made and gone as soon as they are deleted, and DescribeTable counts exactly.
//   - Time to live is described, but deletes nothing.
//   - Consumed capacity is computed by the documented rules and can differ from the bill in corner cases.
//   - Requests need no signature.
package singletabletest
