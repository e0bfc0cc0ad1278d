package singletable

import (
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// managed are the attributes that the repository itself sets and looks at, those that the schema names.
type managed struct {
	version, created, updated, expires *attribute
}

func compileManaged(s Schema, f fields) (managed, error) {
	var m managed
	var err error
	find := func(role, name string, fits func(a attribute) bool, want string) *attribute {
		if name == "" || err != nil {
			return nil
		}
		a, ok := f.byName[name]
		switch {
		case !ok:
			err = fmt.Errorf("singletable: %s: %s: %s has no attribute %q", s.Type, role, f.entity, name)
		case a.Pointer || !fits(a):
			err = fmt.Errorf("singletable: %s: %s: the attribute %q must be %s, in no embedded pointer", s.Type, role, name, want)
		}
		return &a
	}
	isTime := func(a attribute) bool { return a.Field.Type == reflect.TypeFor[time.Time]() && !a.Options.UnixTime }
	isInteger := func(a attribute) bool {
		return a.Field.Type.Kind() == reflect.Int64 && !a.Options.String && !customised(a.Field.Type)
	}
	m.version = find("Version", s.Version, isInteger, "an int64 without string")
	m.created = find("CreatedAt", s.CreatedAt, isTime, "a time.Time without unixtime")
	m.updated = find("UpdatedAt", s.UpdatedAt, isTime, "a time.Time without unixtime")
	m.expires = find("ExpiresAt", s.ExpiresAt, func(a attribute) bool {
		return isInteger(a) || a.Field.Type == reflect.TypeFor[time.Time]() && a.Options.UnixTime
	}, "an int64 of seconds since 1970 without string, or a time.Time with unixtime")
	return m, err
}

// stamp sets the managed fields of v for a write at now that makes the given version, of a new entity or not.
func (m *managed) stamp(v reflect.Value, version int64, isNew bool, now time.Time) {
	if !m.stamps() {
		return
	}
	now = now.UTC().Truncate(time.Microsecond)
	if m.version != nil {
		v.FieldByIndex(m.version.Field.Index).SetInt(version)
	}
	if m.created != nil {
		if created := v.FieldByIndex(m.created.Field.Index); isNew || created.Interface().(time.Time).IsZero() {
			created.Set(reflect.ValueOf(now))
		}
	}
	if m.updated != nil {
		v.FieldByIndex(m.updated.Field.Index).Set(reflect.ValueOf(now))
	}
}

// keep undoes what a caller has changed of the fields that the repository sets. A time of creation that an entity never had can
// be given.
func (m *managed) keep(before, after reflect.Value) {
	for _, a := range []*attribute{m.version, m.created, m.updated} {
		if a == nil {
			continue
		}
		if was := before.FieldByIndex(a.Field.Index); a != m.created || !was.Interface().(time.Time).IsZero() {
			after.FieldByIndex(a.Field.Index).Set(was)
		}
	}
}

// changing lists the attributes that every write changes by itself.
func (m *managed) changing() []string {
	var names []string
	for _, a := range []*attribute{m.version, m.updated} {
		if a != nil {
			names = append(names, a.Name)
		}
	}
	return names
}

// checkChanging refuses to make of what every write changes what an entity must keep.
func (e *entity) checkChanging() error {
	for _, name := range e.managed.changing() {
		switch {
		case slices.Contains(e.keyAttributes, name):
			return fmt.Errorf("singletable: %s: the Key names {%s}, which every write changes: an entity keeps the key that it is created with",
				e.schema.Type, name)
		case slices.Contains(e.uniqueAttributes(), name):
			return fmt.Errorf("singletable: %s: Unique names {%s}, which every write changes: it is no value to keep", e.schema.Type, name)
		}
	}
	return nil
}

// stamps tells whether stamp changes anything.
func (m *managed) stamps() bool { return m.version != nil || m.created != nil || m.updated != nil }

// versionOf returns the version that v holds; 0 without versions, and for an entity that was never read.
func (m *managed) versionOf(v reflect.Value) int64 {
	if m.version == nil {
		return 0
	}
	return v.FieldByIndex(m.version.Field.Index).Int()
}

// expired tells whether DynamoDB may delete the item at any moment, and so whether it counts as gone (Amazon DynamoDB
// Developer Guide, "Working with expired items and time to live (TTL)").
func (m *managed) expired(it item, now time.Time) bool {
	if m.expires == nil {
		return false
	}
	n, ok := it[m.expires.Name].(*types.AttributeValueMemberN)
	if !ok {
		return false // not a number: DynamoDB never deletes it
	}
	seconds, err := strconv.ParseInt(n.Value, 10, 64)
	return err == nil && seconds > 0 && seconds <= now.Unix()
}

// gone is expired by now. Without an end in the schema it does not ask the clock, which takes as long as much of the rest.
func (m *managed) gone(it item) bool { return m.expires != nil && m.expired(it, time.Now()) }

func number(n int64) types.AttributeValue {
	return &types.AttributeValueMemberN{Value: strconv.FormatInt(n, 10)}
}
