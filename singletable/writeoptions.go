package singletable

import (
	"errors"
	"fmt"
	"reflect"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/expression"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
)

// WriteOption is an option of Create, Put, Update, Patch and Delete, and where it is said also of the To methods, for a
// transaction. Nil options are passed over, wrong ones fail with [ErrOption] before anything is sent.
type WriteOption interface{ applyWrite(*writeSettings) }

type writeOption func(*writeSettings)

func (o writeOption) applyWrite(s *writeSettings) { o(s) }

type writeSettings struct {
	conditions  []expression.ConditionBuilder
	stored, old any // *T
	anyVersion  bool
	changes     changes

	othersClaims map[Key]bool // claims that the entity would hold and others do, as a try of the write has found out
}

func writeSettingsOf(opts []WriteOption) *writeSettings {
	s := &writeSettings{}
	for _, o := range opts {
		if o != nil {
			o.applyWrite(s)
		}
	}
	return s
}

// If makes the write depend on a condition on the item as it is in the table; it fails with [ErrCondition] when that does
// not hold. Conditions of several options must all hold; one that cannot be built is [ErrOption]. It can be used in
// transactions.
//
//	products.Put(ctx, p, singletable.If(expression.Name("stock").GreaterThan(expression.Value(0))))
func If(condition expression.ConditionBuilder) WriteOption {
	return writeOption(func(s *writeSettings) { s.conditions = append(s.conditions, condition) })
}

// Stored puts the entity as it was written, with the version and the times that the repository sets, into *v after the write.
// v must be a pointer to the repository's type. A Delete stores what it was given. Where a Patch has been done and the entity that it
// made cannot be decoded, the [*ItemError] says so, and *v stays as it is.
func Stored[T any](v *T) WriteOption { return writeOption(func(s *writeSettings) { s.stored = v }) }

// Replaced puts the entity that was replaced, changed or deleted into *v after the write; *v stays as it is when there was
// none, an expired one or an item of another type, and when the write has been done but what was there cannot be decoded, as the
// [*ItemError] then says. It is the one that the last attempt met: where the answer to an earlier one was lost, and neither a
// version nor a condition refused the last, a Put or Patch gives what it has written itself, and a Delete gives none.
func Replaced[T any](v *T) WriteOption { return writeOption(func(s *writeSettings) { s.old = v }) }

// AnyVersion lets a Delete remove an entity with versions whatever its version is. For other writes it is wrong ([ErrOption]).
func AnyVersion() WriteOption { return writeOption(func(s *writeSettings) { s.anyVersion = true }) }

// checkVersioned refuses to write an entity without regard to its version.
func (s *writeSettings) checkVersioned(e *entity, op string) error {
	if s.anyVersion {
		return e.wrongOption(op, "AnyVersion", errors.New("it is for Delete and ToDelete"))
	}
	return nil
}

// checkTransacted refuses what a transaction cannot do for one of its actions.
func (s *writeSettings) checkTransacted(e *entity, op string) error {
	switch {
	case s.stored != nil, s.old != nil:
		return e.wrongOption(op, "Stored or Replaced", errors.New("a transaction returns no entity: read it afterwards"))
	case len(s.changes) > 0:
		return e.wrongOption(op, "Change", errors.New("a transaction is one request: give the option to Transact"))
	}
	return nil
}

// check refuses options for another type of entity, and for other requests than those of the call.
func (s *writeSettings) check(e *entity, op string, t reflect.Type) error {
	for _, o := range [...]struct {
		name   string
		target any
	}{{"Stored", s.stored}, {"Replaced", s.old}} {
		if o.target == nil {
			continue
		}
		if p := reflect.TypeOf(o.target); p != reflect.PointerTo(t) || reflect.ValueOf(o.target).IsNil() {
			return e.wrongOption(op, o.name, fmt.Errorf("it needs a *%s, not a %T that is nil or of another type", t, o.target))
		}
	}
	sent := []func(any) bool{changesOf[dynamodb.PutItemInput]}
	switch op {
	case "update", "patch":
		sent[0] = changesOf[dynamodb.UpdateItemInput]
	case "delete":
		sent[0] = changesOf[dynamodb.DeleteItemInput]
	}
	if op == "update" || op != "patch" && len(e.unique) > 0 {
		sent = append(sent, changesOf[dynamodb.TransactWriteItemsInput])
	}
	if err := s.changes.unfit(sent...); err != nil {
		return e.wrongOption(op, "Change", err)
	}
	return nil
}

// finish fills what Stored and Replaced asked for, after the write.
func (s *writeSettings) finish(e *entity, op string, stored reflect.Value, old item) error {
	if s.stored != nil {
		reflect.ValueOf(s.stored).Elem().Set(stored)
	}
	if s.old != nil && len(old) > 0 {
		return e.handOut(op, "the entity that was there before", old, s.old)
	}
	return nil
}

// handOut decodes what a write returned into *v, of which nothing remains: the caller may have given a value that is in use.
func (e *entity) handOut(op, what string, it item, v any) error {
	got := reflect.New(reflect.TypeOf(v).Elem())
	if err := e.decode(it, got.Interface()); err != nil {
		return &ItemError{Op: op, Entity: e.schema.Type, Key: e.key.of(it), Err: fmt.Errorf("it is done, but %s cannot be read: %w", what, err)}
	}
	reflect.ValueOf(v).Elem().Set(got.Elem())
	return nil
}
