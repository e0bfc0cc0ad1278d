package singletable_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/expression"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/lambdapatterns/lambdapatterns/singletable"
)

type (
	// member has all that a repository manages, and lies in two indexes.
	member struct {
		ID        string    `dynamodbav:"id"`
		Email     string    `dynamodbav:"email"`
		Nick      string    `dynamodbav:"nick,omitempty"`
		Team      string    `dynamodbav:"team"`
		Rank      int64     `dynamodbav:"rank"`
		Note      string    `dynamodbav:"note,omitempty"`
		Until     int64     `dynamodbav:"until,omitempty"`
		Version   int64     `dynamodbav:"version"`
		CreatedAt time.Time `dynamodbav:"created_at"`
		UpdatedAt time.Time `dynamodbav:"updated_at"`
	}
	// device has no version and a unique value of two parts.
	device struct {
		ID     string `dynamodbav:"id"`
		Maker  string `dynamodbav:"maker"`
		Serial string `dynamodbav:"serial"`
		Team   string `dynamodbav:"team"`
		Note   string `dynamodbav:"note"`
	}
	// page has a version and expires, and has no unique value.
	page struct {
		ID      string `dynamodbav:"id"`
		Team    string `dynamodbav:"team"`
		Rank    int64  `dynamodbav:"rank"`
		Note    string `dynamodbav:"note"`
		Until   int64  `dynamodbav:"until"`
		Version int64  `dynamodbav:"version"`
	}
)

// A property is a table with three entity types, on which random operations run.
type property struct {
	store
	own     *singletable.Table
	members *singletable.Repo[member]
	devices *singletable.Repo[device]
	pages   *singletable.Repo[page]
}

func newProperty(t *testing.T, s store) property {
	t.Helper()
	p := property{store: s}
	name := s.table + "-property"
	p.own = singletable.NewTable(s.client, name, singletable.WithIndex("GSI2", "GSI2PK", "GSI2SK"))
	p.store.table = name
	if _, err := s.client.CreateTable(t.Context(), p.own.CreateTableInput()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if _, err := s.client.DeleteTable(context.WithoutCancel(t.Context()), &dynamodb.DeleteTableInput{TableName: &name}); err != nil {
			t.Error(err)
		}
	})
	p.members = repo[member](t, p.own, singletable.Schema{
		Type: "Member", Key: singletable.Pattern("MEMBER#{id}", "MEMBER"), GSI1: singletable.Pattern("EMAIL#{email}", "MEMBER#{id}"),
		Indexes: map[string]singletable.KeyPattern{"GSI2": singletable.Pattern("TEAM#{team}", "RANK#{rank}#{id}")},
		Unique:  map[string]string{"email": "{email}", "nick": "{nick}"},
		Version: "version", CreatedAt: "created_at", UpdatedAt: "updated_at", ExpiresAt: "until",
	})
	p.devices = repo[device](t, p.own, singletable.Schema{
		Type: "Device", Key: singletable.Pattern("DEVICE#{id}", "DEVICE"), GSI1: singletable.Pattern("TEAM#{team}", "DEVICE#{maker}#{serial}"),
		Unique: map[string]string{"serial": "{maker}#{serial}"},
	})
	p.pages = repo[page](t, p.own, singletable.Schema{
		Type: "Page", Key: singletable.Pattern("TEAM#{team}", "PAGE#{id}"), GSI1: singletable.Pattern("PAGE#{id}", "RANK#{rank}"),
		Indexes: map[string]singletable.KeyPattern{"GSI2": singletable.Pattern("PAGES", "{rank}#{team}")},
		Version: "version", ExpiresAt: "until",
	})
	return p
}

// The values that are no part of a primary key hold the word secret, which no error may tell.
var (
	someIDs = []string{"1", "2", "3"}
	secrets = []string{"secret-a", "secret-b", "secret-c", "SECRET-A"}
	teams   = []string{"red", "blue"}
)

func oneOf[T any](r *rand.Rand, of ...T) T { return of[r.IntN(len(of))] }

// end is no end, one that has come or one that is far.
func end(r *rand.Rand) int64 {
	return oneOf(r, 0, 0, time.Now().Add(-time.Hour).Unix(), time.Now().Add(time.Hour).Unix(), time.Now().Add(2*time.Hour).Unix())
}

func randomMember(r *rand.Rand) member {
	return member{
		ID: oneOf(r, someIDs...), Email: oneOf(r, secrets...), Nick: oneOf(r, append(secrets, "", "")...), Team: oneOf(r, teams...), Rank: int64(r.IntN(3)),
		Note: oneOf(r, "", "secret note"), Until: end(r),
	}
}

func changeMember(r *rand.Rand, m *member) {
	n := randomMember(r)
	for range 1 + r.IntN(2) {
		switch r.IntN(7) {
		case 0:
			m.Email = n.Email
		case 1:
			m.Nick = n.Nick
		case 2:
			m.Team = n.Team
		case 3:
			m.Rank = n.Rank
		case 4:
			m.Note = n.Note
		case 5:
			m.Until = n.Until
		case 6: // the repository's own attributes are not the caller's to change
			m.Version, m.CreatedAt = 77, time.Now().Add(time.Hour)
		}
	}
}

func randomDevice(r *rand.Rand) device {
	return device{ID: oneOf(r, someIDs...), Maker: oneOf(r, "secret-m", "secret-n"), Serial: oneOf(r, secrets[:2]...), Team: oneOf(r, teams...), Note: "secret"}
}

func randomPage(r *rand.Rand) page {
	return page{ID: oneOf(r, someIDs...), Team: oneOf(r, teams...), Rank: int64(r.IntN(3)), Note: "secret", Until: end(r)}
}

// step does one random operation. What it may be refused with is no error of the test's.
func (p property) step(ctx context.Context, r *rand.Rand) (what string, err error) {
	note := expression.Set(expression.Name("note"), expression.Value("secret "+strconv.Itoa(r.IntN(100))))
	held := expression.Set(expression.Name(oneOf(r, "email", "team", "nick", "until", "rank")), expression.Value("secret"))
	condition := func() (opts []singletable.WriteOption) {
		if r.IntN(5) == 0 {
			opts = append(opts, singletable.If(expression.Name("note").NotEqual(expression.Value("secret note"))))
		}
		return opts
	}
	m, d, g := randomMember(r), randomDevice(r), randomPage(r)
	switch n := r.IntN(26); n {
	case 0, 1:
		return "create member", p.members.Create(ctx, m, condition()...)
	case 2, 3:
		if was, err := p.members.Get(ctx, m); err == nil && r.IntN(4) > 0 {
			m.Version, m.CreatedAt = was.Version, was.CreatedAt
		}
		return "put member", p.members.Put(ctx, m, condition()...)
	case 4, 5, 6, 7:
		return "update member", p.members.Update(ctx, m, func(m *member) error { changeMember(r, m); return nil }, condition()...)
	case 8:
		return "patch member", p.members.Patch(ctx, m, note, condition()...)
	case 9:
		return "patch of what is held", refusedPatch(p.members.Patch(ctx, m, held))
	case 10:
		if r.IntN(2) == 0 {
			return "delete member", p.members.Delete(ctx, m, append(condition(), singletable.AnyVersion())...)
		}
		was, err := p.members.Get(ctx, m)
		if err == nil {
			err = p.members.Delete(ctx, was, condition()...)
		}
		return "delete member as read", err
	case 11:
		return "create device", p.devices.Create(ctx, d, condition()...)
	case 12:
		return "put device", p.devices.Put(ctx, d, condition()...)
	case 13, 14:
		return "update device", p.devices.Update(ctx, d, func(v *device) error {
			switch r.IntN(3) {
			case 0:
				v.Maker = d.Maker
			case 1:
				v.Serial = d.Serial
			default:
				v.Team = d.Team
			}
			return nil
		}, condition()...)
	case 15:
		return "delete device", p.devices.Delete(ctx, d, condition()...)
	case 16:
		return "patch device", p.devices.Patch(ctx, d, note, condition()...)
	case 17:
		return "create page", p.pages.Create(ctx, g)
	case 18:
		if was, err := p.pages.Get(ctx, g); err == nil {
			g.Version = was.Version
		}
		return "put page", p.pages.Put(ctx, g, condition()...)
	case 19:
		return "update page", p.pages.Update(ctx, g, func(v *page) error { v.Rank, v.Until = g.Rank, g.Until; return nil })
	case 20:
		return "delete page", p.pages.Delete(ctx, g, singletable.AnyVersion())
	default:
		return "transaction", p.transaction(ctx, r)
	}
}

func refusedPatch(err error) error {
	if !errors.Is(err, singletable.ErrKey) {
		return fmt.Errorf("a patch of what a key depends on was not refused: %w", err)
	}
	return nil
}

// transaction does some of what a repository can do, with entities as they were read or as somebody thinks they are.
func (p property) transaction(ctx context.Context, r *rand.Rand) error {
	var actions []singletable.Action
	for range 1 + r.IntN(3) {
		m, d, g := randomMember(r), randomDevice(r), randomPage(r)
		if was, err := p.members.Get(ctx, m); err == nil && r.IntN(5) > 0 {
			m = was
		}
		if was, err := p.devices.Get(ctx, d); err == nil && r.IntN(5) > 0 {
			d = was
		}
		switch r.IntN(8) {
		case 0:
			actions = append(actions, p.members.ToCreate(m))
		case 1, 2:
			after := m
			changeMember(r, &after)
			actions = append(actions, p.members.ToUpdate(m, after))
		case 3:
			actions = append(actions, p.members.ToDelete(m))
		case 4:
			actions = append(actions, p.devices.ToCreate(d))
		case 5:
			after := randomDevice(r)
			after.ID = d.ID
			actions = append(actions, p.devices.ToUpdate(d, after))
		case 6:
			actions = append(actions, p.devices.ToDelete(d))
		case 7:
			actions = append(actions, p.pages.ToPut(g))
		}
	}
	return p.own.Transact(ctx, actions)
}

// expected tells whether an operation may fail so.
func expected(err error) bool {
	for _, e := range []error{singletable.ErrExists, singletable.ErrConflict, singletable.ErrCondition, singletable.ErrNotFound} {
		if errors.Is(err, e) {
			return true
		}
	}
	return err == nil || strings.Contains(err.Error(), "two actions on this item")
}

// After each of many random writes every invariant of the table holds, and no error tells what is in an entity.
func TestWritesKeepTheInvariants(t *testing.T) {
	t.Parallel()
	onEngines(t, func(t *testing.T, s store) {
		p := newProperty(t, s)
		seed := rand.Uint64()
		r := rand.New(rand.NewPCG(seed, 0))
		outcomes := map[string]int{}
		before := map[string]map[string]types.AttributeValue{}
		for i := 0; i < 400 && !t.Failed(); i++ {
			what, err := p.step(t.Context(), r)
			if !expected(err) {
				t.Errorf("%s: %v", what, err)
			}
			if err != nil && strings.Contains(strings.ToLower(err.Error()), "secret") {
				t.Errorf("%s: the error's text tells what is in the entity: %v", what, err)
			}
			after := p.check(t)
			checkHistory(t, what, before, after)
			before = after
			outcomes[fmt.Sprint(what, " ", err == nil)]++
			if t.Failed() {
				t.Logf("seed %d, step %d, %s: %v", seed, i, what, err)
			}
		}
		for _, kind := range []string{"create member", "put member", "update member", "put device", "put page", "transaction"} {
			if outcomes[kind+" true"] == 0 && !t.Failed() {
				t.Errorf("seed %d: no %s has succeeded: %v", seed, kind, outcomes)
			}
		}
	})
}

// Several writers at once leave the table as it must be.
func TestConcurrentWritesKeepTheInvariants(t *testing.T) {
	t.Parallel()
	onEngines(t, func(t *testing.T, s store) {
		p := newProperty(t, s)
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		seed := rand.Uint64()
		var group sync.WaitGroup
		for i := range uint64(6) {
			group.Go(func() {
				r := rand.New(rand.NewPCG(seed, i))
				for range 40 {
					what, err := p.step(ctx, r)
					if !expected(err) {
						t.Errorf("seed %d: %s: %v", seed, what, err)
					}
					if err != nil && strings.Contains(strings.ToLower(err.Error()), "secret") {
						t.Errorf("%s: the error's text tells what is in the entity: %v", what, err)
					}
				}
			})
		}
		group.Wait()
		p.check(t)
	})
}
