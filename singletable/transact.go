package singletable

import (
	"context"
	"fmt"
	"reflect"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
)

// Action is one entity's part of a transaction. The To methods of repositories make them, for repositories of one table or of
// several that have the same client. An Action can be used several times, and concurrently: what it writes is worked out by
// [Table.Transact], which also reports what is wrong with it.
type Action struct {
	plan func(now time.Time) ([]action, error)
}

// TransactOption is an option of [Table.Transact]. Nil options are passed over.
type TransactOption interface{ applyTransact(*transactSettings) }

type transactOption func(*transactSettings)

func (o transactOption) applyTransact(s *transactSettings) { o(s) }

type transactSettings struct {
	token   *string
	at      time.Time
	changes changes
}

func (s *transactSettings) check() error {
	if s.token != nil && (len(*s.token) < 1 || len(*s.token) > maxToken) {
		return &OptionError{Op: "transact", Option: "Token", Err: fmt.Errorf("it has %d bytes, and can have 1 to %d", len(*s.token), maxToken)}
	}
	if err := s.changes.unfit(changesOf[dynamodb.TransactWriteItemsInput]); err != nil {
		return &OptionError{Op: "transact", Option: "Change", Err: err}
	}
	return nil
}

// maxToken is how long a token may be (TransactWriteItems in the Amazon DynamoDB API Reference).
const maxToken = 36

// Token makes the transaction happen once: if the same transaction with the same token, of 1 to 36 characters, is sent again
// within ten minutes, it succeeds and writes nothing. All of it must be the same then, the times that repositories set
// and look at included: give [At] too where a schema has CreatedAt, UpdatedAt or ExpiresAt. Another transaction with the
// token is refused by the service (IdempotentParameterMismatchException).
func Token(token string) TransactOption {
	return transactOption(func(s *transactSettings) { s.token = &token })
}

// At is the time that the transaction's writes set as CreatedAt and UpdatedAt, instead of now, and at which entities must not have
// expired. A time in the future lets nothing expire before its time.
func At(t time.Time) TransactOption { return transactOption(func(s *transactSettings) { s.at = t }) }

// Transact performs the actions together or not at all: up to 100 items, those that hold unique values included, of 4 MB in
// all, and no item twice (TransactWriteItems in the Amazon DynamoDB API Reference).
//
//	err := table.Transact(ctx, []singletable.Action{
//		orders.ToCreate(order),
//		products.ToUpdate(product, sold),
//	})
//
// The entities that actions were made with stay as they are: versions and times that the repositories set are in the table only.
// Read them again before the next write.
//
// When an action is refused nothing is written, and the error is a [*TransactionError] with a reason for each action that
// had a part in it. Where other requests were writing the same items at the same moment or items were throttled, and that was
// all, the transaction is tried again, up to twelve times with growing random pauses and until 100 ms before ctx's deadline.
// All tries, the SDK's attempts too, have one token, so that none is performed twice.
func (t *Table) Transact(ctx context.Context, actions []Action, opts ...TransactOption) error {
	if err := t.check(); err != nil {
		return err
	}
	s := transactSettings{at: time.Now()}
	for _, o := range opts {
		if o != nil {
			o.applyTransact(&s)
		}
	}
	if err := s.check(); err != nil {
		return err
	}
	all := make([]action, 0, len(actions)) // most plan one
	taken := make([]target, 0, len(actions))
	for i, a := range actions {
		if a.plan == nil {
			return fmt.Errorf("singletable: action %d of the transaction is none: make it with a To method of a repository", i+1)
		}
		planned, err := a.plan(s.at)
		if err != nil {
			return err
		}
		for _, p := range planned {
			where := p.target()
			// A transaction of more actions is refused below. Among a hundred at most, looking costs less than a map.
			if len(taken) < maxActions {
				for _, other := range taken {
					if other.key == where.key && other.table == where.table {
						return p.error(fmt.Errorf("the transaction has two actions on this item, this one and %s", other.op), nil)
					}
				}
				taken = append(taken, where)
			}
		}
		all = append(all, planned...)
	}
	if len(all) == 0 {
		return nil
	}
	return transact(ctx, new(tries), call{table: t, op: "transact", actions: all}, s.token, s.changes)
}

// target is an item of a table.
type target struct {
	table string
	key   Key
	op    string // of the action on it
}

// target tells which item an action is on.
func (a *action) target() target {
	var key item
	switch {
	case a.put != nil:
		key = a.put.Item
	case a.update != nil:
		key = a.update.Key
	case a.delete != nil:
		key = a.delete.Key
	default:
		key = a.check.Key
	}
	return target{a.entity.table.name, a.entity.key.of(key), a.op}
}

// action makes an Action, with options that mean something in a transaction.
func (r *Repo[T]) action(op string, opts []WriteOption, plan func(*writeSettings, time.Time) ([]action, error)) Action {
	return Action{func(now time.Time) ([]action, error) {
		s := writeSettingsOf(opts)
		if err := s.checkTransacted(r.entity, op); err != nil {
			return nil, err
		}
		return plan(s, now)
	}}
}

// ToCreate is [Repo.Create] in a transaction. Of the options, [If] can be given.
func (r *Repo[T]) ToCreate(v T, opts ...WriteOption) Action {
	return r.action("create", opts, func(s *writeSettings, now time.Time) ([]action, error) {
		v := v // what is planned is stamped, and an action may be used again
		return r.entity.create(reflect.ValueOf(&v).Elem(), s, now)
	})
}

// ToPut is [Repo.Put] in a transaction. An entity with unique values cannot be put blindly: use ToUpdate. Of the options, [If]
// can be given.
func (r *Repo[T]) ToPut(v T, opts ...WriteOption) Action {
	return r.action("put", opts, func(s *writeSettings, now time.Time) ([]action, error) {
		if len(r.entity.unique) > 0 {
			return nil, fmt.Errorf("singletable: %s has unique values, so ToPut would have to know those that it frees: use ToCreate or ToUpdate",
				r.entity.schema.Type)
		}
		v := v
		return r.entity.replace(reflect.ValueOf(&v).Elem(), nil, s, now)
	})
}

// ToUpdate writes, in a transaction, what differs between an entity as it was read and as it shall be. If that is the same, the
// version and the conditions are checked, if there are any, and nothing is written. It is refused with [ErrConflict] when the
// entity is gone or has been changed since: in any way where there is a version in the schema, otherwise in the attributes that
// differ, in those that keys of indexes are made of together with them, and in those of unique values. It is refused so, too, when
// it would give back a unique value that another has claimed (see [Repo.Claim]): use [Repo.Update] then. An attribute that T does
// not know is lost inside of one that differs: [Repo.Update] keeps it. One that is called as one that differs, in other letters of
// upper and lower case, stays and may be read in its place: Update removes it. Of the options, [If] can be given.
func (r *Repo[T]) ToUpdate(before, after T, opts ...WriteOption) Action {
	return r.action("update", opts, func(s *writeSettings, now time.Time) ([]action, error) {
		before, after := before, after
		b, a := reflect.ValueOf(&before).Elem(), reflect.ValueOf(&after).Elem()
		key, seen, err := r.entity.sightOf(b)
		if err != nil {
			return nil, err
		}
		return r.entity.updateActions(key, seen, b, a, s, false, now)
	})
}

// ToDelete is [Repo.Delete] in a transaction. An entity with unique values must be as it was read, so that its values are
// freed; it is refused with [ErrConflict] otherwise, and when another has claimed one of them (see [Repo.Claim]). Of the options,
// [If] and [AnyVersion] can be given.
func (r *Repo[T]) ToDelete(v T, opts ...WriteOption) Action {
	return r.action("delete", opts, func(s *writeSettings, now time.Time) ([]action, error) {
		v := v
		rv := reflect.ValueOf(&v).Elem()
		var g *guard
		var old item
		if len(r.entity.unique) > 0 {
			_, seen, err := r.entity.sightOf(rv)
			if err != nil {
				return nil, err
			}
			g, old = &guard{seen}, seen.item
		}
		actions, err := r.entity.remove(rv, g, s, now)
		if err != nil {
			return nil, err
		}
		claims, err := r.entity.moveClaims("delete", rv, reflect.Value{}, old, nil, s, now)
		return append(actions, claims...), err
	})
}

// ToCheck makes a transaction depend on an entity that it does not write: on its being there, with the version of v if the
// schema has one and v's is not 0, and on the conditions of [If].
func (r *Repo[T]) ToCheck(v T, opts ...WriteOption) Action {
	return r.action("check", opts, func(s *writeSettings, now time.Time) ([]action, error) {
		e := r.entity
		if err := s.checkVersioned(e, "check"); err != nil {
			return nil, err
		}
		rv := reflect.ValueOf(&v).Elem()
		key, err := e.key.build(rv)
		if err != nil {
			return nil, err
		}
		var c clauses
		c.and("attribute_exists(%s)", c.name(e.key.partition))
		e.demandLive(&c, now)
		version := e.managed.versionOf(rv)
		if version != 0 {
			c.is(e.managed.version.Name, number(version))
		}
		if err := c.add(s.conditions); err != nil {
			return nil, e.wrongOption("check", "If", err)
		}
		return []action{{
			entity: e, op: "check", key: key, check: e.checkOf(key, &c),
			refused: func(current item) error {
				switch {
				case current == nil, e.managed.expired(current, time.Now()):
					return ErrNotFound
				case version == 0:
					return ErrCondition
				}
				return e.refused(version, false, nil)(current)
			},
		}}, nil
	})
}
