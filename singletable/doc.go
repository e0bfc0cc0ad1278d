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
// # Keys
//
// A schema states keys as single-table designs are written down: "USER#{id}". The package makes them, on each write anew and
// for all indexes, so that no key can go stale beside the attributes that it is made of. Values are escaped, so that an id with "#" in it cannot
// leave its partition, and integers and times are written so that they sort. PATTERNS.md in this folder is the notation's
// specification. Schemas are checked when a repository is made: a mistake in one shows when the function starts.
//
// # Items
//
// Items are encoded and decoded by feature/dynamodb/attributevalue and its dynamodbav tags. Each gets the attributes of its
// keys and one with its entity type (_type), by which queries pass over items of other types in the same partition. Items
// that were written without a type, by other programs, are told by their keys, and attributes that stand only in the key are
// read from there.
//
// # Errors
//
// Ask with [errors.Is] for [ErrNotFound], [ErrExists], [ErrNotUnique], [ErrKey] and [ErrWrongType]; [*ItemError] names the
// operation, entity and key, [*KeyError] the attribute that makes no key. Other errors are the SDK's, wrapped. The text of
// an error holds keys and no other content of an item.
//
// # What is not so
//
// An index finds items, it keeps nothing unique: two users created at once with one e-mail address can both succeed, and
// [Index.One] then fails with [ErrNotUnique]. Reads of an index are eventually consistent always, reads of the table unless
// asked for with [Consistent].
package singletable
