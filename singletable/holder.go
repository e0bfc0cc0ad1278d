package singletable

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// Holder returns the entity that holds a unique value: of the constraint with the given name in Schema.Unique, the value that
// the fields of v make which its pattern names.
//
//	user, err := users.Holder(ctx, "email", User{Email: "ada@example.com"})
//
// Unlike a query of an index it is consistent: it finds what has been written before the call, and what it returns had the
// value during the call. The price is two consistent reads, one after the other, of the item that holds the value and of the
// entity. An index is half of that or less, and enough where a moment's delay does no harm.
//
// It fails with [ErrNotFound] when no entity holds the value; then a Create with it succeeds, unless somebody else is faster. An
// entity that is older than the constraint holds nothing until [Repo.Claim] takes its values. A field that is not set is a
// [*KeyError], a name that the schema does not have an [*OptionError]. While others move the value from entity to entity it
// reads again, and fails with [ErrConflict] after twelve tries.
func (r *Repo[T]) Holder(ctx context.Context, constraint string, v T) (T, error) {
	var found T
	if err := r.entity.holder(ctx, constraint, reflect.ValueOf(&v).Elem(), reflect.ValueOf(&found).Elem()); err != nil {
		var zero T
		return zero, err
	}
	return found, nil
}

// holder reads the entity that holds the value of v into found. It is not generic, as get is not.
func (e *entity) holder(ctx context.Context, constraint string, v, found reflect.Value) error {
	c, err := e.constraintOf(constraint)
	if err != nil {
		return err
	}
	value, err := c.value.build(v)
	if err != nil {
		return err
	}
	claim := Key{c.prefix + value, claimSort}
	fail := func(key Key, err error) error {
		// The claim's key has the value, so it is left out.
		return &ItemError{Op: "holder", Entity: e.schema.Type, Key: key, Constraint: c.name, Err: err}
	}
	call := e.call("holder")
	call.place, call.claims = nil, c
	var t tries
	var last Key // of the entity that the claim named at the last try, and that had not the value
	return retry(ctx, &t, func(err error) bool { return errors.Is(err, errMoved) }, func() error {
		owner, err := claimant(ctx, call, claim, t.next())
		if err == nil && owner == last {
			// Between two readings of its claim it had not the value, so at that moment nobody had: it has expired, or another
			// program wrote it that knows no constraint.
			err = ErrNotFound
		}
		if err != nil {
			return fail(Key{}, err)
		}
		it, err := e.read(ctx, "holder", owner, t.sent)
		if err != nil {
			return fail(owner, err)
		}
		if it != nil {
			found.SetZero()
			if err := e.decode(it, found.Addr().Interface()); err != nil {
				return fail(owner, err)
			}
			if is, has, err := c.claimKey(found); err == nil && has && is == claim {
				return nil
			}
		}
		last = owner
		return fail(owner, errMoved)
	})
}

// errMoved says that the value was not where its claim said: it moved meanwhile, or the claim holds nothing.
var errMoved = fmt.Errorf("%w while its unique value was looked up", ErrConflict)

// claimant reads who holds a value.
func claimant(ctx context.Context, c call, claim Key, try int) (Key, error) {
	c.try = try
	out, err := send(ctx, c, &dynamodb.GetItemInput{
		TableName: &c.table.name, Key: c.entity.keyItem(claim), ConsistentRead: aws.Bool(true),
	}, Client.GetItem)
	if err != nil {
		return Key{}, err
	}
	if out.Item == nil {
		return Key{}, ErrNotFound
	}
	partition, ok1 := out.Item[ownerPartition].(*types.AttributeValueMemberS)
	sort, ok2 := out.Item[ownerSort].(*types.AttributeValueMemberS)
	if !ok1 || !ok2 {
		return Key{}, fmt.Errorf("the item that holds the value names no owner: %w", ErrWrongType)
	}
	return Key{partition.Value, sort.Value}, nil
}

// constraintOf finds a constraint by its name.
func (e *entity) constraintOf(name string) (*constraint, error) {
	var names []string
	for i := range e.unique {
		if c := &e.unique[i]; c.name == name {
			return c, nil
		}
		names = append(names, e.unique[i].name)
	}
	has := "the schema has no Unique"
	if names != nil {
		has = fmt.Sprintf("the schema has no unique value %q; it has %s", name, strings.Join(names, ", "))
	}
	return nil, e.wrongOption("holder", "constraint", errors.New(has))
}
