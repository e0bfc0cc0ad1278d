package singletable

import (
	"errors"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// What calls fail with, to be asked for with [errors.Is]. The error itself is the struct that is named, or holds it.
var (
	// ErrNotFound: there is no item with the key, or it has expired. An [*ItemError].
	ErrNotFound = errors.New("item not found")
	// ErrExists: an entity has the key or the unique value already. An [*ItemError].
	ErrExists = errors.New("it exists already")
	// ErrConflict: another writer has changed the item. An [*ItemError], which carries the item as it is.
	ErrConflict = errors.New("the item was changed by another writer")
	// ErrCondition: a condition of [If] does not hold. An [*ItemError], which carries the item as it is.
	ErrCondition = errors.New("the condition does not hold")
	// ErrUncertain stands beside one of the four above where the answer to an earlier attempt of the write was lost. That
	// attempt may have succeeded, and then it is what this one met: read the entity and look.
	ErrUncertain = errors.New("an earlier attempt of this write, whose answer was lost, may have succeeded")
	// ErrNotUnique: a call of One found several items. An [*ItemError].
	ErrNotUnique = errors.New("more than one item matches")
	// ErrWrongType: the item under the key is of another entity type. An [*ItemError].
	ErrWrongType = errors.New("the item is of another entity type")
	// ErrThrottled: DynamoDB refused requests because of its capacity or limits, until there were no tries left. A
	// [*ThrottledError]. It does not say whether an attempt before the last had no answer: then a write may have been performed.
	ErrThrottled = errors.New("throttled")
	// ErrKey: no key can be made of a value, or a write would change one. A [*KeyError] or an [*ItemError].
	ErrKey = errors.New("no key can be made of the value")
	// ErrOption: an option is wrong. An [*OptionError].
	ErrOption = errors.New("an option is wrong")
	// ErrCursor: a cursor is damaged or not one of this query's. A [*CursorError].
	ErrCursor = errors.New("the cursor is refused")
)

// Key is the primary key of an item, or its key in an index, as DynamoDB stores it.
type Key struct {
	Partition, Sort string // the values of the partition key and the sort key
}

// String returns the key in the notation of single-table design: USER#usr_123|PROFILE.
func (k Key) String() string { return k.Partition + "|" + k.Sort }

// ItemError is the error of an operation on an item or, for a query, on the items under a key. Its text names the
// operation, the entity and the key, and nothing else of an item. So it leaves out the message of a ValidationException, in which
// the service quotes values; errors.As with a smithy.APIError finds it.
type ItemError struct {
	Op     string // "create", "get", "query", …
	Entity string // Schema.Type
	Index  string // the index that was queried; empty for the table
	Key    Key    // for a query, Sort is the prefix asked for and may be empty
	Err    error  // one of this package's errors, or what the SDK or the item's decoding returned

	// Constraint is the name of the unique value that another entity has already, or that [Repo.Holder] was asked for; empty
	// for other errors. Where the key is taken as well that is the first reason of the [*TransactionError], and has none.
	Constraint string
	// Current is the item that was in the way of a write, if the service told it. [Repo.Current] reads it.
	Current map[string]types.AttributeValue
}

// Error names the operation, the entity and its key, and gives the reason.
func (e *ItemError) Error() string {
	where := ""
	if e.Index != "" {
		where = " in " + e.Index
	}
	if e.Constraint != "" {
		where += ": unique " + e.Constraint
	}
	key := ""
	if e.Key != (Key{}) {
		key = " " + e.Key.String()
	}
	return fmt.Sprintf("singletable: %s %s%s%s: %s", e.Op, e.Entity, key, where, textOf(e.Err))
}

// textOf is the text of an error without what the service says of a request that is not valid: it quotes values, the
// elements of a set with duplicates for one.
func textOf(err error) string {
	text := fmt.Sprint(err)
	var api interface {
		ErrorCode() string
		ErrorMessage() string
	}
	if errors.As(err, &api) && api.ErrorCode() == "ValidationException" && api.ErrorMessage() != "" {
		text = strings.ReplaceAll(text, api.ErrorMessage(), "(the message may quote values: see ErrorMessage of the wrapped error)")
	}
	return text
}

// Unwrap returns e.Err.
func (e *ItemError) Unwrap() error { return e.Err }

// TransactionError is the error of a transaction. With reasons it was cancelled, and nothing was written; without, Err says
// why it failed as a whole. Where an attempt had no answer it may have been performed: that is so if Err has no code of the
// service, and cannot be told if it is [ErrThrottled]. Sent again with the same [Token] it is not performed twice.
// [errors.Is] and [errors.As] find what any of its reasons is.
type TransactionError struct {
	Reasons []*ItemError // in the order of the actions, those that had a part in it
	Err     error        // the SDK's error
}

// Error gives the reason of each action that was refused.
func (e *TransactionError) Error() string {
	if len(e.Reasons) == 0 {
		return "singletable: the transaction failed: " + textOf(e.Err)
	}
	text := "singletable: the transaction was cancelled"
	for i, r := range e.Reasons {
		sep := "; "
		if i == 0 {
			sep = ": "
		}
		text += sep + r.Error()
	}
	return text
}

// Unwrap returns the reasons and the SDK's error.
func (e *TransactionError) Unwrap() []error {
	errs := make([]error, 0, len(e.Reasons)+1)
	for _, r := range e.Reasons {
		errs = append(errs, r)
	}
	return append(errs, e.Err)
}

// KeyError is the error of a value that no key can be made of: a part is empty, too long or out of its range. It is found
// before anything is sent. errors.Is(err, [ErrKey]) holds.
type KeyError struct {
	Entity    string // Schema.Type
	Pattern   string // of the key that could not be made
	Attribute string // whose value it is; empty when the key as a whole is too long
	Reason    string // never quotes a text value
}

// Error names the entity and the attribute that makes no key, and gives the reason.
func (e *KeyError) Error() string {
	what := ""
	if e.Attribute != "" {
		what = " attribute " + e.Attribute + ":"
	}
	return fmt.Sprintf("singletable: %s: no key %s:%s %s", e.Entity, e.Pattern, what, e.Reason)
}

// Is reports whether target is ErrKey.
func (e *KeyError) Is(target error) bool { return target == ErrKey }
