package singletable

import (
	"errors"
	"fmt"
	"reflect"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/expression"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
)

// WriteOption changes how an entity is written: by Create, Put, Update and Delete, and where it is said also in a
// transaction. The package's functions make them.
type WriteOption interface{ applyWrite(*writeSettings) }

type writeOption func(*writeSettings)

func (o writeOption) applyWrite(s *writeSettings) { o(s) }

type writeSettings struct {
	conditions  []expression.ConditionBuilder
	stored, old any // *T
	anyVersion  bool

	puts     []func(*dynamodb.PutItemInput)
	updates  []func(*dynamodb.UpdateItemInput)
	deletes  []func(*dynamodb.DeleteItemInput)
	transact []func(*dynamodb.TransactWriteItemsInput)
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
func Stored[T any](v *T) WriteOption { return writeOption(func(s *writeSettings) { s.stored = v }) }

// Replaced puts the entity that was replaced, changed or deleted into *v after the write; *v stays as it is when there was
// none.
func Replaced[T any](v *T) WriteOption { return writeOption(func(s *writeSettings) { s.old = v }) }

// AnyVersion lets a Delete remove an entity with versions whatever its version is. For other writes it is wrong ([ErrOption]).
func AnyVersion() WriteOption { return writeOption(func(s *writeSettings) { s.anyVersion = true }) }

// ChangePut lets f change the request of a Create or Put before it is sent. It is for what this package does not offer. An
// entity with unique values is written by a transaction: use [ChangeTransaction].
func ChangePut(f func(*dynamodb.PutItemInput)) WriteOption {
	return writeOption(func(s *writeSettings) { s.puts = append(s.puts, f) })
}

// ChangeUpdate lets f change the request of an Update or Patch before it is sent.
func ChangeUpdate(f func(*dynamodb.UpdateItemInput)) WriteOption {
	return writeOption(func(s *writeSettings) { s.updates = append(s.updates, f) })
}

// ChangeDelete lets f change the request of a Delete before it is sent.
func ChangeDelete(f func(*dynamodb.DeleteItemInput)) WriteOption {
	return writeOption(func(s *writeSettings) { s.deletes = append(s.deletes, f) })
}

// ChangeTransaction lets f change the request of a write that goes as a transaction because it claims or frees unique
// values.
func ChangeTransaction(f func(*dynamodb.TransactWriteItemsInput)) WriteOption {
	return writeOption(func(s *writeSettings) { s.transact = append(s.transact, f) })
}

func (s *writeSettings) changePut(in *dynamodb.PutItemInput) {
	for _, f := range s.puts {
		f(in)
	}
}

func (s *writeSettings) changeUpdate(in *dynamodb.UpdateItemInput) {
	for _, f := range s.updates {
		f(in)
	}
}

func (s *writeSettings) changeDelete(in *dynamodb.DeleteItemInput) {
	for _, f := range s.deletes {
		f(in)
	}
}

func (s *writeSettings) changeTransaction(in *dynamodb.TransactWriteItemsInput) {
	for _, f := range s.transact {
		f(in)
	}
}

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
	case len(s.puts)+len(s.updates)+len(s.deletes)+len(s.transact) > 0:
		return e.wrongOption(op, "Change…", errors.New("a transaction is one request: give Transact a ChangeTransact"))
	}
	return nil
}

// check refuses options for another type of entity.
func (s *writeSettings) check(entity string, t reflect.Type) error {
	for _, o := range [...]struct {
		name   string
		target any
	}{{"Stored", s.stored}, {"Replaced", s.old}} {
		if o.target == nil {
			continue
		}
		if p := reflect.TypeOf(o.target); p != reflect.PointerTo(t) || reflect.ValueOf(o.target).IsNil() {
			return fmt.Errorf("singletable: %s: %s needs a *%s, not a %T that is nil or of another type", entity, o.name, t, o.target)
		}
	}
	return nil
}

// finish fills what Stored and Replaced asked for.
func (s *writeSettings) finish(e *entity, stored reflect.Value, old item) error {
	if s.stored != nil {
		reflect.ValueOf(s.stored).Elem().Set(stored)
	}
	if s.old != nil && len(old) > 0 {
		return e.decode(old, s.old)
	}
	return nil
}
