package singletable_test

import (
	"bytes"
	"encoding/base64"
	"errors"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/lambdapatterns/lambdapatterns/singletable"
	"github.com/lambdapatterns/lambdapatterns/singletable/singletabletest"
)

var cursorKey = bytes.Repeat([]byte{7}, 32)

// Pages of any sizes put together are the query: each is full but the last, and none that has a cursor is the last.
func TestPagesMakeUpTheQuery(t *testing.T) {
	t.Parallel()
	onEngines(t, func(t *testing.T, s store) {
		a := newAdversary(t)
		x, sealed := newSensors(t, s), newSensors(t, s, singletable.WithCursorKey(cursorKey))
		all := a.fill(t, x, 40)
		urlSafe := regexp.MustCompile(`^[A-Za-z0-9_-]*$`)
		for round := range 40 {
			readings := x.readings
			if a.IntN(2) == 0 {
				readings = sealed.readings
			}
			var opts []singletable.QueryOption
			of, query, page := Reading{Sensor: "roof"}, readings.Query, readings.Page
			if a.IntN(2) == 0 {
				query, page = readings.GSI1().Query, readings.GSI1().Page
			}
			switch bound := all[a.IntN(len(all))]; a.IntN(5) {
			case 0:
				opts = append(opts, singletable.After(bound))
			case 1:
				opts = append(opts, singletable.Before(bound))
			case 2: // in the index several items have one key
				of.ID, query, page = bound.ID, readings.GSI1().Query, readings.GSI1().Page
			case 3:
				query, page = readings.GSI1().Query, readings.GSI1().Page
				opts = append(opts, singletable.BeginsWith("a"))
			}
			if a.IntN(2) == 0 {
				opts = append(opts, singletable.Reverse())
			}
			if a.IntN(3) == 0 {
				opts = append(opts, singletable.Filter(equals("sensor", "roof").Or(attr("sensor").Contains("x"))))
			}
			want := collect(t, query(t.Context(), of, opts...))
			var got []Reading
			for cursor := ""; ; {
				n := 1 + a.IntN(8)
				these := append(slices.Clone(opts), singletable.Limit(n))
				if a.IntN(2) == 0 { // may change from page to page
					these = append(these, singletable.Project("id"))
				}
				p, err := page(t.Context(), of, cursor, these...)
				if err != nil {
					t.Fatal(err)
				}
				got = append(got, p.Items...)
				if full := len(p.Items) == n; len(p.Items) > n || p.Cursor != "" && !full || len(got) > len(want) || !urlSafe.MatchString(p.Cursor) {
					t.Fatalf("round %d: a page of at most %d has %d, with the cursor %q", round, n, len(p.Items), p.Cursor)
				}
				if cursor = p.Cursor; cursor == "" {
					break
				}
			}
			if !slices.Equal(got, want) {
				t.Fatalf("round %d: pages %+v\nquery %+v", round, got, want)
			}
		}
	})
}

func TestPageByDefault(t *testing.T) {
	t.Parallel()
	s := newStore(t, new(singletabletest.Engine).Client())
	empty, err := s.orders.Page(t.Context(), Order{UserID: "u"}, "")
	if err != nil || empty.Items == nil || len(empty.Items) > 0 || empty.Cursor != "" {
		t.Errorf("of nothing: %+v, %v", empty, err)
	}
	for i := range 101 {
		put(t, s.orders, Order{UserID: "u", ID: string(rune(0x4e00 + i))})
	}
	page, err := s.orders.Page(t.Context(), Order{UserID: "u"}, "")
	if err != nil || len(page.Items) != 100 || page.Cursor == "" {
		t.Fatalf("%d orders, cursor %q, %v; want 100 and a cursor", len(page.Items), page.Cursor, err)
	}
	if page, err = s.orders.Page(t.Context(), Order{UserID: "u"}, page.Cursor); err != nil || len(page.Items) != 1 || page.Cursor != "" {
		t.Errorf("then %+v, %v; want one and the end", page, err)
	}
	if page, err = s.orders.Page(t.Context(), Order{UserID: "u"}, "", singletable.Limit(1<<62)); err != nil || len(page.Items) != 101 {
		t.Errorf("with a huge limit: %d, %v", len(page.Items), err)
	}
}

// What changes between two pages makes nothing come twice and nothing else be left out.
func TestPagesWhileItemsChange(t *testing.T) {
	t.Parallel()
	onEngines(t, func(t *testing.T, s store) {
		fillOrders(t, s, 6)
		page, err := s.orders.Page(t.Context(), Order{UserID: "u"}, "", singletable.Limit(3))
		if err != nil || ids(page.Items) != "00 01 02" {
			t.Fatalf("%+v, %v", page, err)
		}
		if err := s.orders.Delete(t.Context(), Order{UserID: "u", ID: "02"}); err != nil { // the cursor's own
			t.Fatal(err)
		}
		put(t, s.orders, Order{UserID: "u", ID: "021"}, Order{UserID: "u", ID: "00"})
		if page, err = s.orders.Page(t.Context(), Order{UserID: "u"}, page.Cursor, singletable.Limit(3)); err != nil || ids(page.Items) != "021 03 04" {
			t.Errorf("%+v, %v", page, err)
		}
	})
}

// A cursor works for its own query and for none that differs in anything which decides what comes and in which order.
func TestCursorIsBoundToItsQuery(t *testing.T) {
	t.Parallel()
	onEngines(t, func(t *testing.T, s store) {
		for name, opts := range map[string][]singletable.TableOption{"plain": nil, "sealed": {singletable.WithCursorKey(cursorKey)}} {
			x := newSensors(t, s, opts...)
			for i := range 9 {
				put(t, x.readings, Reading{Sensor: "roof", Level: i + 1, ID: "r"}, Reading{Sensor: "cellar", Level: i + 1, ID: "r"})
				put(t, x.notes, Note{"roof", i + 1, "r"})
			}
			one := func(o ...singletable.QueryOption) []singletable.QueryOption { return append(o, singletable.Limit(1)) }
			roof := Reading{Sensor: "roof"}
			after := func(n int) singletable.QueryOption { return singletable.After(Reading{Level: n}) }
			queries := map[string]func(cursor string) (string, error){}
			add := func(name string, v Reading, o ...singletable.QueryOption) {
				queries[name] = func(c string) (string, error) {
					p, err := x.readings.Page(t.Context(), v, c, one(o...)...)
					return p.Cursor, err
				}
			}
			add("all", roof)
			add("other partition", Reading{Sensor: "cellar"})
			add("reversed", roof, singletable.Reverse())
			add("bounded", roof, after(1))
			add("bounded otherwise", roof, after(2))
			add("filtered", roof, singletable.Filter(equals("id", "r")))
			add("filtered on another attribute", roof, singletable.Filter(differs("sensor", "r")))
			add("filtered by another value", roof, singletable.Filter(differs("id", "x")))
			add("filtered by a list", roof, singletable.Filter(differs("id", []any{"x", 1, nil, true, map[string]any{"a": []byte("b")}})))
			add("filtered by another list", roof, singletable.Filter(differs("id", []any{"x", 1, nil, false, map[string]any{"a": []byte("b")}})))
			add("filtered by a set", roof, singletable.Filter(differs("id", &types.AttributeValueMemberSS{Value: []string{"x", "y"}})))
			add("filtered by numbers", roof, singletable.Filter(differs("id", &types.AttributeValueMemberNS{Value: []string{"1"}})))
			add("filtered by bytes", roof, singletable.Filter(differs("id", &types.AttributeValueMemberBS{Value: [][]byte{{1}}})))
			add("filtered twice", roof, singletable.Filter(equals("id", "r")), singletable.Filter(differs("id", "x")))
			add("filtered by both", roof, singletable.Filter(equals("id", "r").Or(differs("id", "x"))))
			add("changed", roof, singletable.Change(func(in *dynamodb.QueryInput) { in.FilterExpression = aws.String("attribute_exists(sensor)") }))
			queries["index"] = func(c string) (string, error) {
				p, err := x.readings.GSI1().Page(t.Context(), roof, c, one()...)
				return p.Cursor, err
			}
			queries["other entity"] = func(c string) (string, error) {
				p, err := x.notes.Page(t.Context(), Note{Sensor: "roof"}, c, one()...)
				return p.Cursor, err
			}
			for own, query := range queries {
				cursor, err := query("")
				if err != nil || cursor == "" {
					t.Fatalf("%s: %s: cursor %q, %v", name, own, cursor, err)
				}
				for other, query := range queries {
					_, err := query(cursor)
					if other == own {
						if err != nil {
							t.Errorf("%s: %s refuses its own cursor: %v", name, own, err)
						}
						continue
					}
					if _, ok := errors.AsType[*singletable.CursorError](err); !ok || !errors.Is(err, singletable.ErrCursor) {
						t.Errorf("%s: %s took the cursor of %s: %v", name, other, own, err)
					} else if strings.Contains(err.Error(), cursor) {
						t.Errorf("the error quotes the cursor: %v", err)
					}
				}
			}
		}
	})
}

func TestCursorKeys(t *testing.T) {
	t.Parallel()
	s := newStore(t, new(singletabletest.Engine).Client())
	second := bytes.Repeat([]byte{8}, 32)
	plain, old := newSensors(t, s), newSensors(t, s, singletable.WithCursorKey(cursorKey))
	both, moved := newSensors(t, s, singletable.WithCursorKey(second, cursorKey)), newSensors(t, s, singletable.WithCursorKey(second))
	for i := range 5 {
		put(t, plain.readings, Reading{Sensor: "roof", Level: i, ID: "secret"})
	}
	next := func(x sensors, cursor string) (string, error) {
		p, err := x.readings.Page(t.Context(), Reading{Sensor: "roof"}, cursor, singletable.Limit(1))
		return p.Cursor, err
	}
	first := map[string]string{}
	for name, x := range map[string]sensors{"plain": plain, "old": old, "both": both} {
		c, err := next(x, "")
		if err != nil || c == "" {
			t.Fatalf("%s: %q, %v", name, c, err)
		}
		first[name] = c
		raw, err := base64.RawURLEncoding.DecodeString(c)
		if readable := bytes.Contains(raw, []byte("secret")); err != nil || readable != (name == "plain") {
			t.Errorf("%s: the key can be read in the cursor: %v, %v", name, readable, err)
		}
	}
	if again, _ := next(old, ""); again == first["old"] {
		t.Error("two cursors of one position are the same: the nonce is not new")
	}
	for _, c := range []struct {
		x    sensors
		name string
		says string // empty: it is taken
	}{
		{old, "old", ""},
		{both, "old", ""},
		{both, "both", ""},
		{moved, "both", ""}, // the first key seals
		{plain, "plain", ""},
		{moved, "old", "another key"},
		{old, "both", "another key"},
		{plain, "old", "no cursor key"},
		{old, "plain", "not sealed"},
	} {
		_, err := next(c.x, first[c.name])
		if c.says == "" && err != nil || c.says != "" && (!errors.Is(err, singletable.ErrCursor) || !strings.Contains(err.Error(), c.says)) {
			t.Errorf("cursor of %s: got %v, want %q", c.name, err, c.says)
		}
	}
	// Any changed byte is found, sealed or not; so is any that is missing or one too many.
	for name, x := range map[string]sensors{"plain": plain, "old": old} {
		raw, _ := base64.RawURLEncoding.DecodeString(first[name])
		for i := range raw {
			damaged := slices.Clone(raw)
			damaged[i] ^= 1 << (i % 8)
			for _, d := range [][]byte{damaged, raw[:i], append(slices.Clone(raw), raw[i])} {
				if len(d) == 0 {
					continue
				}
				if _, err := next(x, base64.RawURLEncoding.EncodeToString(d)); !errors.Is(err, singletable.ErrCursor) {
					t.Fatalf("%s: a cursor damaged at byte %d: %v", name, i, err)
				}
			}
		}
		for _, c := range []string{first[name] + "\n", first[name] + "=", " " + first[name], "%", strings.Repeat("A", 1<<20)} {
			if _, err := next(x, c); !errors.Is(err, singletable.ErrCursor) {
				t.Errorf("%s: %.20q: %v", name, c, err)
			}
		}
	}
	for _, keys := range [][][]byte{{nil}, {make([]byte, 16)}, {cursorKey, make([]byte, 31)}} {
		_, err := singletable.NewRepo[Reading](singletable.NewTable(s.client, s.table, singletable.WithCursorKey(keys[0], keys[1:]...)),
			singletable.Schema{Type: "Reading", Key: singletable.Pattern("SENSOR#{sensor}", "X")})
		if err == nil || !strings.Contains(err.Error(), "AES-256 needs 32") {
			t.Errorf("a key of a wrong length: %v", err)
		}
	}
}

// A projection that leaves the keys out is told by the page that needs them.
func TestPageWithoutKeys(t *testing.T) {
	t.Parallel()
	s := newStore(t, new(singletabletest.Engine).Client())
	fillOrders(t, s, 3)
	total := singletable.Change(func(in *dynamodb.QueryInput) { in.ProjectionExpression = aws.String("user_id") })
	if _, err := s.orders.Page(t.Context(), Order{UserID: "u"}, "", total, singletable.Limit(2)); err == nil || !strings.Contains(err.Error(), "must name them") {
		t.Errorf("got %v", err)
	}
	if page, err := s.orders.Page(t.Context(), Order{UserID: "u"}, "", total, singletable.Limit(3)); err != nil || len(page.Items) != 3 {
		t.Errorf("a last page needs no keys: %+v, %v", page, err)
	}
}
