package singletable

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/expression"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// Patch changes the entity that has the key of v by an update expression, without reading it first:
//
//	products.Patch(ctx, Product{ID: "prod_101"}, expression.Add(expression.Name("stock"), expression.Value(-1)),
//		singletable.If(expression.Name("stock").GreaterThan(expression.Value(0))))
//
// It fails with [ErrNotFound] when there is no such entity. The repository adds the next version and UpdatedAt; if v has a
// version, the entity must have it too, or Patch fails with [ErrConflict].
//
// An expression that mentions an attribute on which a key, an index or a unique value depends, one that the repository sets
// itself, or one of the table's own is refused with [ErrKey], because the keys could not be made anew: use Update. What is called
// so inside of another attribute is none of them. Where the keys of an index are made of the version or of UpdatedAt every Patch is
// refused so. Attributes of an index of [WithAttributeIndex] may be changed, if nothing else depends on them: that index keeps
// itself.
//
// [Stored] returns the entity as it has become, [Replaced] as it was; not both.
//
// When an answer is lost the SDK sends the request again, and what is added then counts twice, unless v has a version or a
// condition of [If] keeps it from that. A Patch that is kept from it by what its own first attempt has written succeeds if the
// schema has UpdatedAt, by which it knows that, and not with [Replaced]. Without, it fails with [ErrUncertain] beside ErrConflict,
// ErrNotFound or ErrCondition.
func (r *Repo[T]) Patch(ctx context.Context, v T, update expression.UpdateBuilder, opts ...WriteOption) error {
	e := r.entity
	s := writeSettingsOf(opts)
	if err := s.check(e, "patch", reflect.TypeFor[T]()); err != nil {
		return err
	}
	rv := reflect.ValueOf(&v).Elem()
	key, err := e.key.build(rv)
	if err != nil {
		return err
	}
	if s.stored != nil && s.old != nil {
		return &OptionError{Op: "patch", Entity: e.schema.Type, Option: "Replaced", Err: errors.New("it cannot stand beside Stored")}
	}
	text, c, now, err := e.patchExpressions(rv, update, s)
	if err != nil {
		if errors.Is(err, ErrKey) {
			err = r.fail("patch", key, err)
		}
		return err
	}
	a := action{
		entity: e, op: "patch", key: key, refused: func(current item) error { return e.patchRefused(rv, current) },
		update: &types.Update{
			TableName: &e.table.name, Key: e.keyItem(key), UpdateExpression: &text, ConditionExpression: c.text(),
			ExpressionAttributeNames: c.names, ExpressionAttributeValues: c.attributeValues(),
		},
		left: e.patchLeft(e.managed.versionOf(rv), now, s.old != nil),
	}
	switch {
	case s.stored != nil:
		a.returns = types.ReturnValueAllNew
	case s.old != nil:
		a.returns = types.ReturnValueAllOld
	}
	returned, err := e.perform(ctx, new(tries), []action{a}, s)
	if err != nil {
		return err
	}
	if s.stored != nil {
		return e.handOut("patch", "the entity that it made", returned, s.stored)
	}
	if !e.own(returned) {
		returned = nil // as in write
	}
	return s.finish(e, "patch", rv, returned)
}

// patchExpressions makes the update expression, with what the repository adds to the caller's, the condition, and the time that
// the entity gets, if it gets one. The caller's builder is not added to: that would change it for its next use.
func (e *entity) patchExpressions(v reflect.Value, update expression.UpdateBuilder, s *writeSettings) (
	text string, c *clauses, now types.AttributeValue, err error,
) {
	if err := s.checkVersioned(e, "patch"); err != nil {
		return "", nil, nil, err
	}
	if err := e.checkPatched(); err != nil {
		return "", nil, nil, err
	}
	// A condition may look at what the update must not touch, so the update's own names are looked at alone.
	alone, err := expression.NewBuilder().WithUpdate(update).Build()
	if err != nil {
		return "", nil, nil, e.wrongOption("patch", "update", fmt.Errorf("it cannot be built: %w", err))
	}
	if err := e.checkPatch(topLevel(*alone.Update(), alone.Names())); err != nil {
		return "", nil, nil, err
	}
	built := alone
	if len(s.conditions) > 0 {
		built, err = expression.NewBuilder().WithUpdate(update).WithCondition(all(s.conditions)).Build()
		if err != nil {
			return "", nil, nil, e.wrongOption("patch", "If", fmt.Errorf("it cannot be built: %w", err))
		}
	}
	c = &clauses{names: built.Names(), values: built.Values()}
	if c.values == nil {
		c.values = item{}
	}
	text = *built.Update()
	if m := e.managed.version; m != nil {
		text = withAction(text, "ADD", c.name(m.Name)+" "+c.value(number(1)))
	}
	if m := e.managed.updated; m != nil {
		if now, err = attributevalue.Marshal(time.Now().UTC().Truncate(time.Microsecond)); err != nil {
			return "", nil, nil, err
		}
		text = withAction(text, "SET", c.name(m.Name)+" = "+c.value(now))
	}
	c.and("attribute_exists(%s)", c.name(e.key.partition))
	if version := e.managed.versionOf(v); version != 0 {
		c.is(e.managed.version.Name, number(version))
	}
	e.demandLive(c, time.Now())
	if condition := built.Condition(); condition != nil {
		c.and("%s", *condition)
	}
	return text, c, now, nil
}

// demandLive demands that the item has not expired. A time in the future counts as now.
func (e *entity) demandLive(c *clauses, now time.Time) {
	if x := e.managed.expires; x != nil {
		c.and("attribute_not_exists(%s) OR %[1]s <= %s OR %[1]s > %[3]s",
			c.name(x.Name), c.value(number(0)), c.value(number(notAfterNow(now).Unix())))
	}
}

// withAction adds an action to an update expression as the expression package writes it: a section a line.
func withAction(text, keyword, action string) string {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	for i, line := range lines {
		if strings.HasPrefix(line, keyword+" ") {
			lines[i] = line + ", " + action
			return strings.Join(lines, "\n")
		}
	}
	return strings.Join(append(lines, keyword+" "+action), "\n")
}

func (e *entity) patchRefused(v reflect.Value, current item) error {
	switch version := e.managed.versionOf(v); {
	case current == nil, e.managed.expired(current, time.Now()):
		return ErrNotFound
	case version != 0 && !equal(current[e.managed.version.Name], number(version)):
		return ErrConflict
	}
	return ErrCondition
}

// checkPatched refuses every patch of an entity whose keys in an index are made of what the patch itself sets.
func (e *entity) checkPatched() error {
	for _, name := range e.managed.changing() {
		for i := range e.indexes {
			if p := &e.indexes[i]; slices.Contains(e.madeOf(p), name) {
				return fmt.Errorf("%w: the keys of %s are made of %s, which every patch sets without making them anew: use Update", ErrKey, p.index, name)
			}
		}
	}
	return nil
}

// checkPatch refuses an update that mentions an attribute which it must not change, or one that is decoded as if it were that:
// attributevalue passes over differences in case.
func (e *entity) checkPatch(names []string) error {
	held := e.heldAttributes()
	for _, name := range names {
		like := func(other string) bool { return strings.EqualFold(other, name) }
		_, known := e.codec.Attribute(name)
		if slices.Contains(held, name) || !known && slices.ContainsFunc(held, like) {
			return fmt.Errorf("%w: a patch must not touch %s, on which a key, a unique value or the repository depends: use Update", ErrKey, name)
		}
	}
	return nil
}

// topLevel lists the attributes that an update expression mentions, and none of the names inside of them: "#0" is one, and in
// "#0.#1" and "#0[2].#1" what "#1" stands for is not. The expression is of the expression package's making.
func topLevel(update string, placeholders map[string]string) []string {
	var names []string
	for i := 0; i < len(update); i++ {
		if update[i] != '#' {
			continue
		}
		from := i
		for i+1 < len(update) && update[i+1] >= '0' && update[i+1] <= '9' {
			i++
		}
		if from == 0 || update[from-1] != '.' {
			names = append(names, placeholders[update[from:i+1]])
		}
	}
	return names
}

// heldAttributes are those that cannot be written alone.
func (e *entity) heldAttributes() []string {
	held := append(e.table.ownAttributes(), e.uniqueAttributes()...)
	held = append(held, e.keyAttributes...)
	if x := e.managed.expires; x != nil && len(e.unique) > 0 {
		held = append(held, x.Name) // the claims end with the entity
	}
	for _, x := range e.indexes {
		for _, p := range slices.Concat(x.partitionKey.parts, x.sortKey.parts) {
			held = append(held, p.attribute)
		}
	}
	for _, a := range []*attribute{e.managed.version, e.managed.created, e.managed.updated} {
		if a != nil {
			held = append(held, a.Name)
		}
	}
	return held
}
