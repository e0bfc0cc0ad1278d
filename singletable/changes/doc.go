// Package changes turns functions that take typed entities into a Lambda handler for the DynamoDB stream of a single table.
//
//	handler := changes.Handle(
//		changes.On(users, func(ctx context.Context, c changes.Change[User]) error {
//			switch c.Kind {
//			case changes.Removed:
//				return search.Delete(ctx, c.Key.ID)
//			default:
//				return search.Index(ctx, c.New)
//			}
//		}),
//		changes.On(orders, archive, changes.Removed), // func(context.Context, changes.Change[Order]) error
//	)
//	lambda.Start(handler)
//
// users and orders are the repositories of package singletable by which the items are written. Each tells its entities from
// the other items of the stream and decodes them, as [singletable.Repo.Decode] does.
//
// The event source mapping must have ReportBatchItemFailures among its function response types. Without it Lambda ignores
// the response and takes every batch for done (AWS Lambda Developer Guide, "Configuring partial batch response with
// DynamoDB and Lambda").
//
// # What comes again
//
// A stream is read from a checkpoint, so no single record is retried: the response names the sequence number of the first
// record that was not handled, and that record and all after it come again. Records are therefore handled one after another
// in the stream's order, and the first failure ends the batch. Every record counts as not handled until its calls have
// returned nil; the response is empty, which means that all is well, only when all have. An error, a panic and a call of
// [runtime.Goexit] fail the record, the latter two with a [*PanicError].
//
// An event without records, and a record without a sequence number, cannot be answered in part: they fail the invocation,
// with a [*BatchError], before any record is handled.
//
// Delivery is at least once: handlers must be idempotent. EventID and SequenceNumber of [Change.Record] stay the same when a
// record comes again.
//
// # Poison
//
// A record that always fails blocks its shard until it leaves the stream after 24 hours, unless the event source mapping
// says otherwise: set MaximumRetryAttempts or MaximumRecordAgeInSeconds, and an on-failure destination (AWS Lambda Developer
// Guide, "Lambda parameters for Amazon DynamoDB event source mappings"). A queue or topic as the destination gets the position
// of what was given up, not the records, so fetch them while the stream still has them. What is given up is all of the batch from
// the failing record on, good records too. BisectBatchOnFunctionError does not prevent it: a partial response is cut at the record
// that it names, which is the first of the rest again and again. Put what no retry mends into a queue of your own and return nil, or
// set BatchSize to 1.
//
// A record that a repository cannot decode fails with a [*DecodeError]. With [WithUndecodable] it is handed to a function
// instead, which can put it aside and let the shard go on.
//
// # What a record holds
//
// The stream is switched on in the table's definition, with StreamViewType NEW_AND_OLD_IMAGES unless less will do;
// [singletable.Table.CreateTableInput], Terraform and CloudFormation leave that to you. The table's stream view type decides
// whether [Change.Old] and [Change.New] are there:
//
//	                    Inserted   Modified   Removed
//	NEW_AND_OLD_IMAGES  New        Old, New   Old
//	NEW_IMAGE           New        New        –
//	OLD_IMAGE           –          Old        Old
//	KEYS_ONLY           –          –          –
//
// [Change.Key] is always there. Where a record has no image it holds what can be read out of the key, and the key's pattern
// alone tells whose item it was. A key that fits the patterns of two entities, which NewRepo refuses within one Table, is
// both's. With an image the item's type attribute tells, and the key only where that is missing.
//
// Entities whose time to live is over are told like others, unlike in reads.
//
// # Items of other types
//
// When an item is overwritten by one of another type under the same key, each entity sees its side of it: the old one's
// handlers a removal with Old alone, then the new one's an insertion with New alone. It takes both images to see that.
//
// Records of which no image is of a given entity go to [Otherwise]: entities that are not given, the claims that singletable
// keeps for unique values, other programs' items, records of another table. Without it they are passed over, and counted in
// the [Report].
//
// # Concurrency
//
// [WithConcurrency] handles records of different items at once and keeps the order per item. More records may then have
// been handled by the time one fails; those after it come again although they succeeded. Lambda's own ParallelizationFactor,
// which invokes the function for several parts of a shard at once, keeps the order per item too and has no such cost.
//
// # Time
//
// The context's deadline in Lambda is the moment at which the process is killed and the whole batch, finished work
// included, comes again. A reserve of 500 ms is therefore kept before it ([WithReserve]): inside it no record is started and
// the contexts of running handlers have ended. Half of the reserve later the response goes out, even if a handler ignores its
// context: its record has failed, and its late result is discarded. Such a call goes on while the function is thawed for
// later invocations, beside the one for the same record come again: pass the context on to whatever blocks.
//
// # What is told
//
// Failures of records are no errors of the invocation: [WithObserver] gets a [Report] of each batch, with the [Outcome] of every
// record, [LogTo] writes it to a log, and [MetricsTo] makes metrics of it. [WithMiddleware] wraps the handling of single records,
// as tracing does.
//
// Have alarms on ComesAgain above 0 for a quarter of an hour, which is a shard that stands still, on SetAside above 0, on messages in
// the on-failure destination, since no metric here tells of what was given up, and on the function's Errors and IteratorAge.
//
// # Testing
//
// A [Handler] is a function: call it with an [events.DynamoDBEvent], or [Handler.Invoke] with the event's JSON. The Engine of
// package singletabletest has the table's stream, and its StreamMapping hands the records on as Lambda does, retries,
// bisection and the on-failure destination included.
//
// # What is not supported
//
// Tumbling windows, and Kinesis Data Streams for DynamoDB, whose events have another form.
package changes
