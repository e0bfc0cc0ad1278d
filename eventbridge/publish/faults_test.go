package publish_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge/types"

	"github.com/lambdapatterns/lambdapatterns/eventbridge/publish"
)

// coded is an error as the SDK makes them of the service's answers; its text quotes the event, as that of a
// ValidationException does.
type coded string

func (c coded) Error() string     { return "api error " + string(c) + `: value '{"n":7,"secret":1}'` }
func (c coded) ErrorCode() string { return string(c) }

func TestFaults(t *testing.T) {
	t.Parallel()

	bubble(t, "only what failed and passes is sent again", func(t *testing.T) {
		f := &fake{plan: func(n, attempt int) string {
			switch {
			case n == 3 && attempt <= 2:
				return "ThrottlingException"
			case n == 5 && attempt == 1:
				return "InternalFailure"
			}
			return ""
		}}
		if err := newPublisher(t, f).Publish(t.Context(), several(12)...); err != nil {
			t.Fatal(err)
		}
		var sizes []int
		for _, c := range f.calls {
			sizes = append(sizes, len(c.Entries))
		}
		// The ten; 3 and 5 with the two that were left; 3 alone.
		if want := []int{10, 4, 1}; !reflect.DeepEqual(sizes, want) {
			t.Errorf("calls of %v entries, want %v", sizes, want)
		}
		if want := []int{0, 1, 2, 4, 6, 7, 8, 9, 5, 10, 11, 3}; !reflect.DeepEqual(f.taken, want) {
			t.Errorf("taken %v, want each once: %v", f.taken, want)
		}
	})

	bubble(t, "what does not pass is reported, not sent again", func(t *testing.T) {
		f := &fake{plan: func(n, _ int) string {
			switch n {
			case 2:
				return "NotAuthorizedForSourceException"
			case 7:
				return "MalformedDetail"
			case 8:
				return "ThrottlingException"
			}
			return ""
		}}
		err := newPublisher(t, f, publish.WithMaxAttempts(3)).Publish(t.Context(), several(11)...)
		e := left(t, err, 11, 2, 7, 8)
		for i, want := range []publish.Failure{
			{Index: 2, Code: "NotAuthorizedForSourceException", Message: `no {"n":2}`, Attempts: 1},
			{Index: 7, Code: "MalformedDetail", Message: `no {"n":7}`, Attempts: 1},
			{Index: 8, Code: "ThrottlingException", Message: `no {"n":8}`, Attempts: 3},
		} {
			want.Source, want.DetailType = "com.example.shop", "Paid"
			if e.Failures[i] != want {
				t.Errorf("failure %+v, want %+v", e.Failures[i], want)
			}
		}
		if e.EventIDs[0] != "id-1" || e.EventIDs[10] != "id-8" {
			t.Errorf("ids %q", e.EventIDs)
		}
		if text := err.Error(); strings.Contains(text, `"n"`) || !strings.Contains(text, "3 of 11") || !strings.Contains(text, "index 2") {
			t.Errorf("the error says %q", text)
		}
	})

	bubble(t, "throttled calls come again", func(t *testing.T) {
		f := &fake{fail: func(_ context.Context, call int) (error, bool) {
			if call%3 != 0 {
				return coded("ThrottlingException"), false
			}
			return nil, false
		}}
		if err := newPublisher(t, f).Publish(t.Context(), several(25)...); err != nil || len(f.taken) != 25 || len(f.calls) != 9 {
			t.Errorf("%v; taken %v in %d calls", err, f.taken, len(f.calls))
		}
	})

	bubble(t, "a lost answer may publish twice, and is told when it is the last", func(t *testing.T) {
		f := &fake{fail: func(_ context.Context, call int) (error, bool) {
			return &net.OpError{Op: "read", Err: errors.New("connection reset by peer")}, call == 1
		}}
		err := newPublisher(t, f, publish.WithMaxAttempts(2)).Publish(t.Context(), several(1)...)
		e := left(t, err, 1, 0)
		if fail := e.Failures[0]; !fail.MayBePublished || fail.Attempts != 2 || fail.Code != "" || len(f.taken) != 1 {
			t.Errorf("%+v; taken %v", fail, f.taken)
		}
		f = &fake{fail: func(_ context.Context, call int) (error, bool) {
			if call == 1 {
				return &net.OpError{Op: "read", Err: errors.New("connection reset by peer")}, true
			}
			return nil, false
		}}
		if err := newPublisher(t, f).Publish(t.Context(), several(1)...); err != nil || len(f.taken) != 2 {
			t.Errorf("%v; taken %v", err, f.taken)
		}
	})

	bubble(t, "a call that is refused ends it", func(t *testing.T) {
		f := &fake{fail: func(_ context.Context, call int) (error, bool) {
			if call == 2 {
				return fmt.Errorf("operation error: %w", coded("ValidationException")), false
			}
			return nil, false
		}}
		err := newPublisher(t, f).Publish(t.Context(), several(25)...)
		e := left(t, err, 25, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24)
		for _, fail := range e.Failures {
			want := 1
			if fail.Index >= 20 {
				want = 0
			}
			if fail.Attempts != want || fail.MayBePublished || fail.Code != "ValidationException" || !errors.Is(fail.Err, coded("ValidationException")) {
				t.Errorf("%+v", fail)
			}
		}
		if len(f.calls) != 2 || strings.Contains(err.Error(), "secret") || !errors.Is(err, coded("ValidationException")) {
			t.Errorf("%d calls: %v", len(f.calls), err)
		}
	})

	bubble(t, "a failure inside the service may have published", func(t *testing.T) {
		f := &fake{fail: func(context.Context, int) (error, bool) { return &types.InternalException{}, false }}
		e := left(t, newPublisher(t, f, publish.WithMaxAttempts(2)).Publish(t.Context(), several(1)...), 1, 0)
		if fail := e.Failures[0]; !fail.MayBePublished || fail.Code != "InternalException" || len(f.calls) != 2 {
			t.Errorf("%+v", fail)
		}
	})

	for name, bend := range map[string]func(*eventbridge.PutEventsOutput) *eventbridge.PutEventsOutput{
		"none":  func(*eventbridge.PutEventsOutput) *eventbridge.PutEventsOutput { return nil },
		"short": func(o *eventbridge.PutEventsOutput) *eventbridge.PutEventsOutput { o.Entries = o.Entries[1:]; return o },
		"neither": func(o *eventbridge.PutEventsOutput) *eventbridge.PutEventsOutput {
			o.Entries[0].EventId = nil
			return o
		},
		"both": func(o *eventbridge.PutEventsOutput) *eventbridge.PutEventsOutput {
			o.Entries[0].ErrorCode = aws.String("X")
			return o
		},
		"failures uncited": func(o *eventbridge.PutEventsOutput) *eventbridge.PutEventsOutput { o.FailedEntryCount = 1; return o },
	} {
		bubble(t, "an answer that says nothing: "+name, func(t *testing.T) {
			f := &fake{bend: bend}
			e := left(t, newPublisher(t, f).Publish(t.Context(), several(2)...), 2, 0, 1)
			if len(f.calls) != 1 || !e.Failures[0].MayBePublished || e.Failures[0].Err == nil {
				t.Errorf("%d calls: %+v", len(f.calls), e.Failures)
			}
		})
	}
}

func TestPauses(t *testing.T) {
	t.Parallel()
	throttled := func(n, attempt int) string { return "ThrottlingException" }

	bubble(t, "grow at random up to a bound", func(t *testing.T) {
		bound := []time.Duration{100, 200, 400, 800, 1600, 3200, 5000, 5000, 5000}
		spread := make([]time.Duration, len(bound))
		for range 200 {
			f := &fake{plan: throttled}
			left(t, newPublisher(t, f).Publish(t.Context(), several(1)...), 1, 0)
			if len(f.times) != 10 {
				t.Fatalf("%d attempts", len(f.times))
			}
			for i := range bound {
				pause := f.times[i+1].Sub(f.times[i])
				if pause > bound[i]*time.Millisecond {
					t.Errorf("pause %d is %v", i, pause)
				}
				spread[i] = max(spread[i], pause)
			}
		}
		for i := range bound {
			if spread[i] < bound[i]*time.Millisecond*3/4 { // by chance once in 10^25 runs
				t.Errorf("pause %d is never longer than %v", i, spread[i])
			}
		}
	})

	bubble(t, "come before what follows, too", func(t *testing.T) {
		f := &fake{plan: throttled}
		left(t, newPublisher(t, f, publish.WithMaxAttempts(1)).Publish(t.Context(), several(11)...), 11, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10)
		if len(f.times) != 2 || !f.times[1].After(f.times[0]) || f.times[1].Sub(f.times[0]) > 100*time.Millisecond {
			t.Errorf("calls at %v", f.times)
		}
		if !time.Now().Equal(f.times[1]) {
			t.Error("there is a pause with nothing left to be sent")
		}
	})

	bubble(t, "begin anew when all is taken", func(t *testing.T) {
		f := &fake{plan: func(n, attempt int) string {
			if (n == 0 || n == 10) && attempt <= 4 {
				return "ThrottlingException"
			}
			return ""
		}}
		entries := several(11)
		if err := newPublisher(t, f, publish.WithMaxSize(27)).Publish(t.Context(), append(entries[:1:1], entries[10])...); err == nil {
			t.Fatal("28 bytes fit into 27")
		}
		f.attempts, f.calls, f.times = nil, nil, nil
		if err := newPublisher(t, f, publish.WithMaxSize(28)).Publish(t.Context(), append(entries[:1:1], entries[10])...); err != nil {
			t.Fatal(err)
		}
		if len(f.times) != 10 { // five for each
			t.Fatalf("%d calls", len(f.times))
		}
		if pause := f.times[6].Sub(f.times[5]); pause > 100*time.Millisecond {
			t.Errorf("the first pause of the second call is %v", pause)
		}
	})
}

func TestContext(t *testing.T) {
	t.Parallel()

	bubble(t, "returns before the deadline when throttled", func(t *testing.T) {
		for range 100 {
			f := &fake{plan: func(int, int) string { return "ThrottlingException" }}
			ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
			from := time.Now()
			e := left(t, newPublisher(t, f).Publish(ctx, several(12)...), 12, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11)
			if took := time.Since(from); took > 1900*time.Millisecond {
				t.Errorf("returned after %v", took)
			}
			if fail := e.Failures[0]; fail.Code != "ThrottlingException" || !errors.Is(fail.Err, context.DeadlineExceeded) || fail.Attempts == 0 {
				t.Errorf("%+v", fail)
			}
			if fail := e.Failures[11]; fail.Code != "" || fail.Attempts != 0 || !errors.Is(fail.Err, context.DeadlineExceeded) || fail.MayBePublished {
				t.Errorf("%+v", fail)
			}
			cancel()
		}
	})

	for name, test := range map[string]struct{ time, want time.Duration }{"long": {3 * time.Second, 2900 * time.Millisecond}, "short": {50 * time.Millisecond, 45 * time.Millisecond}} {
		bubble(t, "returns before the deadline when a call hangs: "+name, func(t *testing.T) {
			f := &fake{fail: func(ctx context.Context, call int) (error, bool) {
				if call == 1 {
					return nil, false
				}
				<-ctx.Done()
				return fmt.Errorf("canceled: %w", ctx.Err()), true
			}}
			ctx, cancel := context.WithTimeout(t.Context(), test.time)
			defer cancel()
			from := time.Now()
			e := left(t, newPublisher(t, f).Publish(ctx, several(21)...), 21, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20)
			if took := time.Since(from); took != test.want {
				t.Errorf("returned after %v, want %v", took, test.want)
			}
			if first, last := e.Failures[0], e.Failures[10]; !first.MayBePublished || first.Attempts != 1 || last.MayBePublished || last.Attempts != 0 || !errors.Is(last.Err, context.DeadlineExceeded) {
				t.Errorf("%+v and %+v", first, last)
			}
		})
	}

	bubble(t, "ends with the context in a pause", func(t *testing.T) {
		why := errors.New("shutting down")
		ctx, cancel := context.WithCancelCause(t.Context())
		f := &fake{plan: func(int, int) string { return "ThrottlingException" }}
		time.AfterFunc(time.Second, func() { cancel(why) })
		from := time.Now()
		err := newPublisher(t, f, publish.WithMaxAttempts(1000)).Publish(ctx, several(1)...)
		e := left(t, err, 1, 0)
		if time.Since(from) != time.Second || !errors.Is(err, context.Canceled) || !errors.Is(err, why) || e.Failures[0].Code != "ThrottlingException" {
			t.Errorf("after %v: %v", time.Since(from), err)
		}
	})

	bubble(t, "sends nothing when it has ended", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		f := &fake{}
		err := newPublisher(t, f).Publish(ctx, several(1)...)
		if e := left(t, err, 1, 0); len(f.calls) > 0 || !errors.Is(err, context.Canceled) || e.Failures[0].Attempts != 0 || e.Failures[0].MayBePublished {
			t.Errorf("%d calls: %v", len(f.calls), err)
		}
	})
}

// left checks that the error is about these indexes of n entries, and that it has an id for each of the others.
func left(t *testing.T, err error, n int, indexes ...int) *publish.PublishError {
	t.Helper()
	e, ok := errors.AsType[*publish.PublishError](err)
	if !ok || !errors.Is(err, publish.ErrPublish) || len(e.EventIDs) != n {
		t.Fatalf("the error is %+v", err)
	}
	var got []int
	for _, f := range e.Failures {
		got = append(got, f.Index)
	}
	if !slices.Equal(got, indexes) {
		t.Fatalf("left are %v, want %v: %v", got, indexes, err)
	}
	for i, id := range e.EventIDs {
		if (id == "") != slices.Contains(indexes, i) {
			t.Fatalf("entry %d has the id %q", i, id)
		}
	}
	return e
}
