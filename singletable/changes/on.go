package changes

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"sync/atomic"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/lambdapatterns/lambdapatterns/singletable"
)

// On calls handler for the changes of repo's entity, of the given kinds; without kinds, of all. The record comes again, with
// all after it, unless handler returns nil. A change of another kind is passed over, and then it does not matter whether its
// images can be decoded.
//
// On can be given several times, for the same entity too: a record is given to each that it concerns, in the order in which
// they stand, and succeeds when all succeed. When a later one fails, the earlier ones are called again as well.
//
// With [WithConcurrency], or where AWS_LAMBDA_MAX_CONCURRENCY lets a process run several invocations at once, handler must
// be safe for concurrent use.
func On[T any](
	repo *singletable.Repo[T], handler func(context.Context, Change[T]) error, kinds ...Kind,
) Option {
	return option(func(s *settings) error {
		if repo == nil || handler == nil {
			return fmt.Errorf("changes: On[%s] needs a repository and a handler, got nil", reflect.TypeFor[T]())
		}
		o := &on[T]{repo: repo, handler: handler, kinds: kinds}
		for _, k := range kinds {
			if k < Inserted || k > Removed {
				return fmt.Errorf("changes: On[%s]: %s is none of Inserted, Modified and Removed", reflect.TypeFor[T](), k)
			}
		}
		s.routes = append(s.routes, o.route)
		return nil
	})
}

// route finds out whether a record concerns an entity, and if so prepares the call of its handler. An error is one of
// decoding an image that the handler asked for.
type route func(*record) (c call, ours bool, err error)

type call struct {
	kind Kind
	run  func(context.Context) error // nil when the handler did not ask for this kind
}

type on[T any] struct {
	repo     *singletable.Repo[T]
	handler  func(context.Context, Change[T]) error
	kinds    []Kind                   // empty: all
	keyNames atomic.Pointer[[]string] // of the repository's table, once they are known
}

func (o *on[T]) route(r *record) (call, bool, error) {
	if !o.sameTable(r.source.Change.Keys) {
		return call{}, false, nil
	}
	kind := r.kind
	before, was, errOld := o.read("OldImage", r.old)
	after, is, errNew := o.read("NewImage", r.new)
	key, keyed, errKey := o.read("Keys", r.keys)
	if !keyed {
		key = cmp.Or(after, before)
	}
	switch both := r.old != nil && r.new != nil; {
	case !was && !is && !keyed:
		return call{}, false, nil
	case both && !is:
		kind = Removed
	case both && !was:
		kind = Inserted
	}
	if len(o.kinds) > 0 && !slices.Contains(o.kinds, kind) {
		return call{kind: kind}, true, nil
	}
	if err := errors.Join(errOld, errNew, errKey); err != nil {
		return call{}, true, err
	}
	c := Change[T]{Kind: kind, Key: *key, Old: before, New: after, Expired: expired(r.source), Record: *r.source}
	return call{kind, func(ctx context.Context) error { return o.handler(ctx, c) }}, true, nil
}

// read decodes an image when it is there and the entity's. An image that is ours but cannot be decoded gives an error.
func (o *on[T]) read(name string, image item) (v *T, ours bool, err error) {
	if image == nil {
		return nil, false, nil
	}
	got, err := o.repo.Decode(image)
	switch {
	case err == nil:
		return &got, true, nil
	case isWrongType(err):
		return nil, false, nil
	}
	return nil, true, fmt.Errorf("%s: %w", name, err)
}

// isWrongType looks at Decode's own verdict only: an error that a type's own decoding returned may wrap anything.
func isWrongType(err error) bool {
	e, ok := errors.AsType[*singletable.ItemError](err)
	return ok && e.Err == singletable.ErrWrongType
}

// sameTable tells whether a record's keys are named as those of the repository's table. Decode takes an item that has neither
// a type nor these attributes for the entity, as a projection can be like that; a record of another table must not pass
// for one. An item with the table's keys, made so that no pattern fits them, shows the names: Decode refuses it only by them.
func (o *on[T]) sameTable(keys map[string]events.DynamoDBAttributeValue) bool {
	if known := o.keyNames.Load(); known != nil {
		missing := func(name string) bool { _, there := keys[name]; return !there }
		return !slices.ContainsFunc(*known, missing)
	}
	probe := make(item, len(keys))
	names := make([]string, 0, len(keys))
	for name := range keys {
		names = append(names, name)
		probe[name] = &types.AttributeValueMemberS{Value: "#"}
	}
	if _, err := o.repo.Decode(probe); !isWrongType(err) {
		return false
	}
	o.keyNames.Store(&names)
	return true
}
