package singletable_test

import (
	"errors"
	"testing"
	"time"

	"github.com/lambdapatterns/lambdapatterns/singletable"
)

// The attribute of a time is written with the time's own offset. One that RFC 3339 has no place for came back as another time,
// with another key, or not at all: such an entity could be neither read nor changed nor deleted as it was read.
func TestTimesInKeysComeBack(t *testing.T) {
	t.Parallel()
	onEngines(t, func(t *testing.T, s store) {
		ctx := t.Context()
		type reading struct {
			Sensor string    `dynamodbav:"sensor"`
			At     time.Time `dynamodbav:"at"`
		}
		readings := repo[reading](t, singletable.NewTable(s.client, s.table), singletable.Schema{
			Type: "Reading", Key: singletable.Pattern("SENSOR#{sensor}", "{at}"),
		})
		const day = 24 * 60 * 60
		zone := func(at time.Time, offset int) time.Time { return at.In(time.FixedZone("", offset)) }
		noon, first, last := time.Date(2026, 1, 15, 12, 0, 0, 1, time.UTC), time.Date(0, 1, 1, 0, 30, 0, 0, time.UTC), time.Date(9999, 12, 31, 23, 30, 0, 0, time.UTC)
		for what, c := range map[string]struct {
			at   time.Time
			good bool
		}{
			"UTC":                        {noon, true},
			"half an hour":               {zone(noon, 5*3600+1800), true},
			"behind":                     {zone(noon, -9*3600), true},
			"almost a day":               {zone(noon, day-60), true},
			"almost a day behind":        {zone(noon, 60-day), true},
			"first":                      {first, true},
			"last":                       {last, true},
			"local mean time":            {zone(noon, 19*60+32), false},
			"a day":                      {zone(noon, day), false},
			"a day behind":               {zone(noon, -day), false},
			"before the first":           {zone(first, -3600), false},
			"after the last":             {zone(last, 3600), false},
			"before the first, in UTC":   {first.AddDate(-1, 0, 0), false},
			"after the last, here still": {zone(last.Add(time.Hour), -3600), false},
		} {
			r := reading{what, c.at}
			err := readings.Create(ctx, r)
			if !c.good {
				if !errors.Is(err, singletable.ErrKey) {
					t.Errorf("%s: %v, want ErrKey", what, err)
				}
				continue
			}
			got, err2 := readings.Get(ctx, r, singletable.Consistent())
			if err != nil || err2 != nil || !got.At.Equal(c.at) {
				t.Errorf("%s: %v, %v, %v, want %v", what, got.At, err, err2, c.at)
			}
			if err := readings.Update(ctx, got, func(*reading) error { return nil }); err != nil {
				t.Errorf("%s: %v", what, err)
			}
		}
	})
}
