// Package singletable keeps several entity types in one DynamoDB table, each behind a typed repository.
//
//	type User struct {
//		ID    string `dynamodbav:"id"`
//		Email string `dynamodbav:"email"`
//	}
//
//	table := singletable.NewTable(client, "app-table") // PK, SK and GSI1 with GSI1PK, GSI1SK
//	users, err := singletable.NewRepo[User](table, singletable.Schema{
//		Type: "User",
//		Key:  singletable.Pattern("USER#{id}", "PROFILE"),
//		GSI1: singletable.Pattern("EMAIL#{email}", "USER#{id}"),
//	})
//
//	err = users.Create(ctx, User{ID: "usr_123", Email: "user@example.com"})
//	user, err := users.Get(ctx, User{ID: "usr_123"})
//	user, err = users.GSI1().One(ctx, User{Email: "user@example.com"})
//	for order, err := range orders.Query(ctx, Order{UserID: "usr_123"}) { … }
//
// Make the table and its repositories when the function starts: all that is wrong in a schema shows there. They are safe for
// concurrent use.
//
// # Keys
//
// A schema states keys as single-table designs are written down: "USER#{id}". The package makes them, on each write of the
// attributes that they are made of anew and for all indexes, so that no key can go stale beside those. Values are escaped, so
// that an id with "#" in it cannot leave its partition, and integers and times are written so that they sort. PATTERNS.md in
// this folder is the notation's specification.
//
// An entity with a pattern for an index is always in it, and an empty part of the key is an error, unless the pattern is
// [KeyPattern.Sparse]. A partition that one partition's throughput is too little for can be spread over several and read as one
// ([KeyPattern.Sharded]). An index can also go by up to four attributes of the entities themselves for each of its keys
// ([WithAttributeIndex]). Types whose keys could meet are refused when the second repository of a table is made.
//
// # Items
//
// Items are encoded and decoded as feature/dynamodb/attributevalue does it, dynamodbav tags and all, by a plan that is compiled
// once for each entity type and takes a fraction of its time. Each gets the attributes of its keys and one with its entity type
// (_type), by which queries pass over items of other types in the same partition. Items that were written without a type, by
// other programs, are told by their keys, and attributes that stand only in the key are read from there.
//
// # Reading
//
// [Repo.Get] and [Repo.BatchGet] read by keys. [Repo.Query] reads what shares a partition, by the fields that are set,
// [Repo.One] the one item of it, [Repo.Page] a part at a time with a cursor for the next, [Repo.Count] how many there are;
// [Index] has the same calls. [Repo.Collect] reads items of several types with one query. [Repo.Scan] and [Repo.ParallelScan]
// read the whole table.
//
//	for o, err := range orders.Query(ctx, Order{UserID: "usr_123"}, singletable.Reverse(), singletable.Limit(10)) { … }
//
//	page, err := orders.Page(ctx, Order{UserID: "usr_123"}, cursor, singletable.Limit(20)) // page.Items, page.Cursor
//
//	err = users.Collect(ctx, User{ID: "usr_123"},
//		singletable.Each(users, func(u User) error { … }),
//		singletable.Each(orders, func(o Order) error { … }),
//	)
//
// [BeginsWith], [Between], [Before] and [After] narrow the sort key by whole components, [Filter] leaves items out after they
// were read, by the same conditions as [If]; [Project] reads some attributes only. [Change] changes the SDK's request where there
// is no option.
//
// The rules that bite: a [Limit] counts results, never items read. An integer that is 0 counts as not set in a query's
// value, so ask for a 0 with Between. What a filter or another type leaves out is read and paid for. Reads of an index are
// eventually consistent always, reads of the table unless asked for with [Consistent]. A cursor belongs to its query and is
// refused by others; without [WithCursorKey] clients can read the sort key in it. Loops end at the first error.
//
// # Writing
//
// [Repo.Create] writes what must be new, [Repo.Put] replaces, [Repo.Delete] removes. [Repo.Update] reads an entity, lets a
// function change it and writes what has changed, again if somebody else was faster. [Repo.Patch] changes by an update
// expression without reading.
//
//	err = products.Update(ctx, Product{ID: "prod_101"}, func(p *Product) error {
//		if p.Stock == 0 {
//			return ErrSoldOut // nothing is written
//		}
//		p.Stock--
//		return nil
//	})
//
// [If] adds conditions, [Stored] and [Replaced] return what was written and what it replaced. [Repo.BatchPut] and
// [Repo.BatchDelete] write many entities. Update asks which type of entity there is under the key; Create writes where there is
// none; all others replace, change or remove what there is, of whatever type.
//
// # What a repository keeps
//
// A schema can name attributes that the repository keeps: a version, which every write checks and advances, the times of the
// first and the last write, and the end of an entity's life. Name all three kinds where you can: the version keeps writers
// from undoing each other's work, and by UpdatedAt a write knows its own success (see below).
//
// # Unique values
//
// An index finds items, it keeps nothing unique. Schema.Unique does: each value in use is held by an item of its own, written
// and removed in one transaction with the entity. Put, Update and Delete of an entity with unique values read it first.
// [Repo.Holder] finds the entity that holds a value, consistently where an index is not. Entities that are older than such a
// constraint are taken into it by [Repo.Claim].
//
// # Transactions
//
// [Table.Transact] does several writes together or not at all, over repositories of one or more tables:
//
//	err = table.Transact(ctx, []singletable.Action{
//		orders.ToCreate(order),
//		products.ToUpdate(product, sold),
//	})
//
// # The table's definition
//
// [Table.CreateTableInput] and [Table.UpdateTimeToLiveInput] define the table for tests and local engines, [Table.Terraform] and
// [Table.CloudFormation] say the same for infrastructure files, and [Table.Describe] shows the design. Package templatetest, a
// module of its own in this repository, holds the files that you have against the table, in a test. Tables with other names of
// attributes and indexes, or without GSI1, are described by the options of [NewTable].
//
// # Errors
//
// Ask with [errors.Is] for [ErrNotFound] and the other variables of this package; each says what it means. [*ItemError] names
// the operation, entity and key, and carries the item that was in the way of a write: [Repo.Current] reads it.
// [*TransactionError] has a reason for each action that was refused, [*BatchError] the keys that are left, [*ThrottledError] the
// access pattern and the service's reasons, which tell a hot key; [*KeyError] names the attribute that makes no key. Other errors
// are the SDK's, wrapped. The text of an error holds keys and no other content of an item.
//
// # Requests
//
// [WithObserver] is told of every request to DynamoDB, by entity and access pattern, with its duration, the capacity that it
// consumed and its error, and with nothing of an item: for metrics, logs and bills. [Table.Observed] lends it to requests that
// are sent without a repository.
//
// Writes that meet other writers, transactions that are throttled and what a batch leaves are sent again, after random pauses
// that grow from 10 ms to a second, until twelve tries in a row were in vain. A call has one such budget, to which the SDK's own
// attempts count. No try begins less than 100 ms before the context's deadline, which in Lambda is the end of the process: the
// call returns its last error then. After the end of its context a call sends nothing.
//
// # Answers that are lost
//
// The SDK sends a request again when no answer came, though the first may have been performed; so may its HTTP client, unseen.
// What becomes of a write that meets what its own first attempt has done:
//
//   - a transaction, and so every write that moves unique values, has one token in all its tries and is performed once;
//   - Create, Put and Update succeed if the item is all as this call writes it, with a CreatedAt or UpdatedAt of the schema that
//     this call set (for Put and Update UpdatedAt; not a Put with [Replaced], which could not be told what it replaced);
//   - Patch succeeds if the item has the UpdatedAt that this call set, and the next version if it asked for one (not with
//     Replaced);
//   - Delete without a version or condition succeeds, whoever removed the item.
//
// In all other cases nothing proves whose work it is: equal items do not, since two callers may well write the same. The call
// fails with [ErrUncertain] beside [ErrExists], [ErrConflict], [ErrNotFound] or [ErrCondition], and an Update does not do its
// change a second time. A Patch that adds may add twice, unless a version or a condition keeps it from that. A write that fails
// without any answer of the service, because the network or the context ended it, may have been performed too, and so may one
// that fails with [ErrThrottled] after an attempt without an answer.
//
// # Testing
//
// Package singletabletest is a DynamoDB in memory, behind the SDK's own client. So no fake of a repository is needed: give
// [NewTable] the client of its Engine, and make the table with [Table.CreateTableInput]. The Engine can be told to fail as the
// service does: throttled, with an answer lost, with a part of a batch left.
//
//	client := new(singletabletest.Engine).Client()
//	table := singletable.NewTable(client, "app-table")
//	_, err := client.CreateTable(ctx, table.CreateTableInput())
package singletable
