// Package singletabletest is DynamoDB in memory, for tests and local runs: an [Engine] that speaks the service's own
// protocol, behind a client of the AWS SDK or an HTTP server, with faults on demand and a stream of changes.
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
// # Faults
//
// What the service does on a bad day, and no engine by itself, [Engine.Inject] makes it do to calls of a test's choice:
//
//	throttled := engine.Inject(singletabletest.Fault{
//		Operations: []string{"Query"}, After: 1, Times: 2, // the second and third query
//		Do:         singletabletest.HotKey(),
//	})
//
//	HotKey, ProvisionedThroughputExceeded, Throttling, RequestLimitExceeded   throttled, with reasons
//	Unprocessed, UnprocessedLast                                              left over from a batch
//	TransactionConflict, TransactionCanceled, TransactionInProgress,
//	ReplicatedWriteConflict                                                   others were writing
//	Latency                                                                   slow
//	ConnectionCut, AnswerLost                                                 cut before, or after, it was performed
//	InternalServerError, APIError                                             anything else
//
// Clients retry. Against a fault that lasts, the SDK's own retryer waits real seconds between its tries: run such tests in
// a bubble of [testing/synctest], where latency and pauses take no time, or give the client aws.NopRetryer.
//
// # Stream
//
// A table that is made with a StreamSpecification keeps a record of each change for 24 hours. [Engine.Stream] has them as
// functions get them, and a [StreamMapping] invokes a function with them by the rules of Lambda's event source mappings:
// batches in each shard's order, partial batch responses, retries, bisecting, what is given up and what a destination
// hears of it.
//
//	stream, err := engine.Stream("app-table")
//	mapping := singletabletest.StreamMapping{
//		Stream:                  stream,
//		Invoke:                  handler.Invoke, // of changes.Handle
//		ReportBatchItemFailures: true,
//	}
//	err = mapping.Drain(ctx)
//
// [Engine.ExpireItems] deletes what has expired by time to live, whose records say that the service did it.
//
// # What it does not have
//
// Other operations are answered with UnknownOperationException, those of the DynamoDB Streams API among them, and the
// parameters from before there were expressions (KeyConditions, Expected, AttributesToGet and the like) are refused by
// name. A StreamMapping has no batching window, tumbling window, filter, parallelization factor and other starting
// position.
//
// # What differs from the service
//
//   - Nothing is throttled, no batch is left unprocessed below its size limits, and no transaction conflicts with
//     another, unless a fault makes it so.
//   - Global secondary indexes are up to date at once. In the service they lag behind, so a test that passes here does
//     not show that code can live with that.
//   - Tables are active as soon as they are made and gone as soon as they are deleted, and DescribeTable counts exactly.
//   - Time to live deletes nothing by itself; in the service it does within days.
//   - Shards of a stream are never split or closed, and a record is in its stream at once. Those of one transaction follow
//     each other here and may not in the service.
//   - What Lambda's guide leaves open about streams, a StreamMapping decides so: a response that names a record beyond the
//     first begins a batch of its own there, with all its retries; one that names the first record fails the whole batch,
//     which BisectBatchOnFunctionError does not cut, because the invocation has not failed; the halves of a batch that is
//     cut keep its count of retries; and pauses between tries grow from 10 ms to a minute.
//   - Consumed capacity is computed by the documented rules and can differ from the bill in corner cases.
//   - Requests need no signature.
package singletabletest
