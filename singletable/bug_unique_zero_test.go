package singletable_test

import (
	"strings"
	"testing"

	"github.com/lambdapatterns/lambdapatterns/singletable"
)

// A unique number that was 0 was nobody's: any number of seats had it.
func TestUniqueNumbersMayBeZero(t *testing.T) {
	t.Parallel()
	onEngines(t, func(t *testing.T, s store) {
		ctx := t.Context()
		type seat struct {
			ID     string `dynamodbav:"id"`
			Row    int    `dynamodbav:"row"`
			Number uint8  `dynamodbav:"number"`
			Label  string `dynamodbav:"label"`
		}
		seats := repo[seat](t, singletable.NewTable(s.client, s.table), singletable.Schema{
			Type: "Seat", Key: singletable.Pattern("SEAT#{id}", "SEAT"),
			Unique: map[string]string{"place": "{row}#{number}", "label": "{row}#{label}"},
		})
		if err := seats.Create(ctx, seat{ID: "a"}); err != nil {
			t.Fatal(err)
		}
		e := wantError(t, "the same place", seats.Create(ctx, seat{ID: "b"}), singletable.ErrExists)
		if e.Constraint != "place" {
			t.Errorf("it is %q that exists", e.Constraint)
		}
		if err := seats.Create(ctx, seat{ID: "b", Number: 1}); err != nil { // neither has a label
			t.Error(err)
		}
		move := func(s *seat) error { s.Number = 0; return nil }
		wantError(t, "to the same place", seats.Update(ctx, seat{ID: "b"}, move), singletable.ErrExists)
		if err := seats.Delete(ctx, seat{ID: "a"}); err != nil {
			t.Fatal(err)
		}
		if err := seats.Update(ctx, seat{ID: "b"}, move); err != nil {
			t.Errorf("to a place that is free: %v", err)
		}
	})
}

// A constraint on nothing kept nothing, and said nothing.
func TestUniqueOfNoAttribute(t *testing.T) {
	t.Parallel()
	_, err := singletable.NewRepo[Product](singletable.NewTable(&canned{}, "app"), singletable.Schema{
		Type: "Product", Key: singletable.Pattern("PRODUCT#{id}", "METADATA"), Unique: map[string]string{"only": "ONE#PRODUCT"},
	})
	if err == nil || !strings.Contains(err.Error(), `Unique only: the pattern "ONE#PRODUCT" names no attribute`) {
		t.Errorf("got %v", err)
	}
}
