package idempotency_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/lambdapatterns/lambdapatterns/singletable/idempotency"
)

// moody is a result that decides whether it can be JSON.
type moody struct{ text string }

func (m moody) MarshalJSON() ([]byte, error) {
	switch m.text {
	case "refuse":
		return nil, errors.New("secret")
	case "panic":
		panic("secret")
	}
	return []byte(`"` + m.text + `"`), nil
}

func (m *moody) UnmarshalJSON(data []byte) error {
	m.text = strings.Trim(string(data), `"`)
	return nil
}

// What cannot be kept has still happened: it must not happen again.
func TestResultsThatCannotBeKept(t *testing.T) {
	t.Parallel()
	const limit = 384 << 10
	onEngines(t, func(t *testing.T, tb table) {
		for _, c := range []struct {
			name, text string
			kept       bool
		}{
			{"fits", strings.Repeat("x", limit-2), true},
			{"too large", strings.Repeat("x", limit-1), false},
			{"error", "refuse", false},
			{"panic", "panic", false},
		} {
			runs := 0
			// The key is as long as can be, so that the largest item is tried.
			key := c.name + strings.Repeat("k", 2048-len("IDEMPOTENCY#charge#")-len(c.name))
			charge := idempotency.Wrap(tb.store(), "charge", func(s string) string { return s },
				func(context.Context, string) (moody, error) { runs++; return moody{c.text}, nil })
			for call := range 2 {
				got, err := charge(t.Context(), key)
				if runs != 1 || (err == nil) != c.kept || errors.Is(err, idempotency.ErrNoResult) == c.kept || errors.Is(err, idempotency.ErrUnrecorded) {
					t.Errorf("%s, call %d: %.200v after %d runs", c.name, call, err, runs)
				}
				if want := c.kept || call == 0; (got.text == c.text) != want {
					t.Errorf("%s, call %d: the result has %d bytes", c.name, call, len(got.text))
				}
				if err != nil && strings.Contains(err.Error(), "secret") {
					t.Errorf("%s: the error quotes the result: %v", c.name, err)
				}
			}
		}
	})
}

// An input without JSON cannot be checked: that is found before the effect.
func TestPayloadsThatCannotBeHashed(t *testing.T) {
	t.Parallel()
	tb := inMemory(t)
	f := idempotency.Once(tb.store(), "charge", func(moody) string { return "k" },
		func(context.Context, moody) error { t.Error("the effect ran"); return nil }, idempotency.WithPayloadCheck())
	for _, text := range []string{"refuse", "panic"} {
		err := f(t.Context(), moody{text})
		if e, ok := errors.AsType[*idempotency.RecordError](err); !ok || e.Op != "lock" || strings.Contains(err.Error(), "secret") {
			t.Errorf("%s: %v", text, err)
		}
	}
	if it := tb.record(t, "IDEMPOTENCY#charge#k"); it != nil {
		t.Errorf("a record was written: %v", it)
	}
}
