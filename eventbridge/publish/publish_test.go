package publish_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge/types"

	events "github.com/lambdapatterns/lambdapatterns/eventbridge"
	"github.com/lambdapatterns/lambdapatterns/eventbridge/publish"
	"github.com/lambdapatterns/lambdapatterns/eventbridge/s3event"
)

// paid is a detail as users have them.
type paid struct {
	N    int    `json:"n"`
	Note string `json:"note,omitempty"`
}

func (paid) EventType() (source, detailType string) { return "com.example.shop", "Paid" }

var _ events.Detail = paid{}

// byPointer has its method on the pointer.
type byPointer struct {
	N int `json:"n"`
}

func (*byPointer) EventType() (source, detailType string) { return "com.example.shop", "By Pointer" }

func several(n int) []publish.Entry {
	entries := make([]publish.Entry, n)
	for i := range entries {
		entries[i].Detail = paid{N: i}
	}
	return entries
}

func TestEntries(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 11, 12, 1, 2, 3, 0, time.UTC)
	arns := []string{"arn:aws:s3:::a", "arn:aws:s3:::b"}
	type want struct{ source, detailType, detail, bus, trace string }
	for name, test := range map[string]struct {
		entry publish.Entry
		want  want
	}{
		"type of the detail":      {publish.Entry{Detail: paid{N: 1}}, want{"com.example.shop", "Paid", `{"n":1}`, "orders", ""}},
		"pointer to the detail":   {publish.Entry{Detail: &paid{N: 1}}, want{"com.example.shop", "Paid", `{"n":1}`, "orders", ""}},
		"method of the pointer":   {publish.Entry{Detail: byPointer{N: 1}}, want{"com.example.shop", "By Pointer", `{"n":1}`, "orders", ""}},
		"said twice alike":        {publish.Entry{Detail: paid{}, Source: "com.example.shop", DetailType: "Paid"}, want{"com.example.shop", "Paid", `{"n":0}`, "orders", ""}},
		"the publisher's source":  {publish.Entry{Detail: map[string]int{"a": 1}, DetailType: "T"}, want{"com.example.default", "T", `{"a":1}`, "orders", ""}},
		"its own source":          {publish.Entry{Detail: struct{}{}, Source: "s", DetailType: "T"}, want{"s", "T", `{}`, "orders", ""}},
		"raw, made compact":       {publish.Entry{Detail: json.RawMessage("{ \"a\" : 1 }\n"), Source: "s", DetailType: "T"}, want{"s", "T", `{"a":1}`, "orders", ""}},
		"HTML is not escaped":     {publish.Entry{Detail: paid{Note: "<&>"}}, want{"com.example.shop", "Paid", `{"n":0,"note":"<&>"}`, "orders", ""}},
		"bus, trace, all of it":   {publish.Entry{Detail: paid{}, Bus: "b", TraceHeader: "Root=1", Time: at, Resources: arns}, want{"com.example.shop", "Paid", `{"n":0}`, "b", "Root=1"}},
		"128 characters, not 129": {publish.Entry{Detail: struct{}{}, Source: "s", DetailType: strings.Repeat("é", 128)}, want{"s", strings.Repeat("é", 128), `{}`, "orders", ""}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := &fake{}
			p := newPublisher(t, f, publish.WithSource("com.example.default"), publish.WithBus("orders"))
			if err := p.Publish(t.Context(), test.entry); err != nil {
				t.Fatal(err)
			}
			r := f.calls[0].Entries[0]
			got := want{aws.ToString(r.Source), aws.ToString(r.DetailType), aws.ToString(r.Detail), aws.ToString(r.EventBusName), aws.ToString(r.TraceHeader)}
			if got != test.want {
				t.Errorf("sent %+v, want %+v", got, test.want)
			}
			if !reflect.DeepEqual(r.Resources, test.entry.Resources) || (r.Time == nil) != test.entry.Time.IsZero() || r.Time != nil && !r.Time.Equal(at) {
				t.Errorf("resources %v and time %v", r.Resources, r.Time)
			}
			if (test.want.trace == "") != (r.TraceHeader == nil) {
				t.Error("an empty trace header is sent, which the service refuses")
			}
		})
	}
}

func TestTraceHeader(t *testing.T) {
	t.Parallel()
	type key struct{}
	for name, test := range map[string]struct {
		header *string
		want   []string
	}{
		"none":  {nil, []string{"", "Root=own"}},
		"empty": {aws.String(""), []string{"", "Root=own"}},
		"one":   {aws.String("Root=ctx"), []string{"Root=ctx", "Root=own"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f, asked := &fake{}, 0
			p := newPublisher(t, f, publish.WithTraceHeader(func(ctx context.Context) *string {
				asked++
				return ctx.Value(key{}).(*string)
			}))
			ctx := context.WithValue(t.Context(), key{}, test.header)
			if err := p.Publish(ctx, publish.Entry{Detail: paid{}}, publish.Entry{Detail: paid{}, TraceHeader: "Root=own"}); err != nil {
				t.Fatal(err)
			}
			for i, e := range f.calls[0].Entries {
				if aws.ToString(e.TraceHeader) != test.want[i] || (e.TraceHeader == nil) != (test.want[i] == "") {
					t.Errorf("entry %d: header %q, want %q", i, aws.ToString(e.TraceHeader), test.want[i])
				}
			}
			if asked != 1 {
				t.Errorf("asked %d times for a header", asked)
			}
		})
	}
}

func TestInvalidEntries(t *testing.T) {
	t.Parallel()
	const secret = "4111-1111"
	for name, test := range map[string]struct {
		entry publish.Entry
		want  string // part of the reason
	}{
		"no detail":             {publish.Entry{Source: "s", DetailType: "T"}, "no JSON object"},
		"nil pointer":           {publish.Entry{Detail: (*paid)(nil)}, "no JSON object"},
		"a text":                {publish.Entry{Detail: secret, Source: "s", DetailType: "T"}, "no JSON object"},
		"an array":              {publish.Entry{Detail: []string{secret}, Source: "s", DetailType: "T"}, "no JSON object"},
		"not to be encoded":     {publish.Entry{Detail: map[string]any{secret: make(chan int)}, Source: "s", DetailType: "T"}, "cannot be encoded"},
		"its encoder fails":     {publish.Entry{Detail: failing(secret), Source: "s", DetailType: "T"}, "cannot be encoded"},
		"raw that is no JSON":   {publish.Entry{Detail: json.RawMessage(`{"` + secret), Source: "s", DetailType: "T"}, "cannot be encoded"},
		"no source":             {publish.Entry{Detail: struct{}{}, DetailType: "T"}, "no source"},
		"no detail-type":        {publish.Entry{Detail: struct{}{}, Source: "s"}, "no detail-type"},
		"AWS's source":          {publish.Entry{Detail: struct{}{}, Source: "aws.mine", DetailType: "T"}, `begin with "aws."`},
		"AWS's detail":          {publish.Entry{Detail: s3event.ObjectCreated{}}, `begin with "aws."`},
		"another source":        {publish.Entry{Detail: paid{}, Source: "s"}, `for "com.example.shop"`},
		"another detail-type":   {publish.Entry{Detail: paid{}, DetailType: "Payed"}, `for "Paid"`},
		"129 characters":        {publish.Entry{Detail: struct{}{}, Source: "s", DetailType: strings.Repeat("é", 129)}, "129 characters"},
		"source not UTF-8":      {publish.Entry{Detail: struct{}{}, Source: "\xff", DetailType: "T"}, "UTF-8"},
		"detail-type not UTF-8": {publish.Entry{Detail: struct{}{}, Source: "s", DetailType: "\xff"}, "UTF-8"},
		"too large":             {publish.Entry{Detail: paid{Note: strings.Repeat(secret, 1<<20/8)}}, "bytes"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := &fake{}
			err := newPublisher(t, f).Publish(t.Context(), publish.Entry{Detail: paid{}}, test.entry, publish.Entry{Detail: paid{}})
			invalid, ok := errors.AsType[*publish.InvalidError](err)
			if !ok || !errors.Is(err, publish.ErrInvalid) || invalid.Len != 3 || len(invalid.Entries) != 1 || invalid.Entries[0].Index != 1 {
				t.Fatalf("%+v", err)
			}
			if reason := invalid.Entries[0].Reason; !strings.Contains(reason, test.want) {
				t.Errorf("the reason is %q, want %q in it", reason, test.want)
			}
			if !strings.Contains(err.Error(), "index 1") || strings.Contains(err.Error(), secret) {
				t.Errorf("the error says %q", err)
			}
			if len(f.calls) > 0 {
				t.Error("the valid entries were sent")
			}
			if cause := invalid.Entries[0].Err; cause != nil && !errors.Is(err, cause) {
				t.Errorf("%v is not found in the error", cause)
			}
		})
	}
}

type failing string

func (f failing) MarshalJSON() ([]byte, error) { return nil, errors.New("cannot write " + string(f)) }

// TestSize counts an entry as the User Guide's formula does, to the byte.
func TestSize(t *testing.T) {
	t.Parallel()
	base := publish.Entry{Detail: json.RawMessage(`{"é":1}`), Source: "süd", DetailType: "Tü"} // 8 + 4 + 3 bytes
	timed, about := base, base
	timed.Time = time.Unix(1, 0)
	about.Resources = []string{"arn:é", "arn"} // 6 + 3
	for name, test := range map[string]struct {
		entry publish.Entry
		size  int
	}{"plain": {base, 15}, "time": {timed, 29}, "resources": {about, 24}} {
		for room, ok := range map[int]bool{test.size: true, test.size - 1: false} {
			err := newPublisher(t, &fake{}, publish.WithMaxSize(room)).Publish(t.Context(), test.entry)
			if (err == nil) != ok {
				t.Errorf("%s with %d bytes allowed: %v", name, room, err)
			}
		}
	}
}

func TestChunks(t *testing.T) {
	t.Parallel()
	size := len("com.example.shop") + len("Paid") + len(`{"n":0}`)
	for name, test := range map[string]struct {
		n, maxSize int
		want       []int // entries of each call
	}{
		"none":                 {0, 1000, nil},
		"one":                  {1, 1000, []int{1}},
		"ten":                  {10, 1000, []int{10}},
		"by count":             {25, 1000, []int{10, 10, 5}},
		"by size":              {9, 4 * size, []int{4, 4, 1}},
		"a byte less than two": {3, 2*size - 1, []int{1, 1, 1}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := &fake{}
			entries := several(test.n)
			for i := range entries {
				entries[i].Detail = paid{N: i % 10} // all of one size
			}
			if err := newPublisher(t, f, publish.WithMaxSize(test.maxSize)).Publish(t.Context(), entries...); err != nil {
				t.Fatal(err)
			}
			var got []int
			i := 0
			for _, call := range f.calls {
				got = append(got, len(call.Entries))
				for _, r := range call.Entries {
					if want := fmt.Sprintf(`{"n":%d}`, i%10); *r.Detail != want {
						t.Errorf("%s is sent where %s is due", *r.Detail, want)
					}
					i++
				}
			}
			if !reflect.DeepEqual(got, test.want) {
				t.Errorf("calls of %v entries, want %v", got, test.want)
			}
		})
	}
}

func TestOptions(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		option publish.Option
		name   string
	}{
		{nil, "nil"}, {publish.WithSource(""), "WithSource"}, {publish.WithSource("aws.s3"), "WithSource"}, {publish.WithBus(""), "WithBus"},
		{publish.WithEndpoint(""), "WithEndpoint"}, {publish.WithMaxSize(0), "WithMaxSize"},
		{publish.WithMaxAttempts(0), "WithMaxAttempts"}, {publish.WithTraceHeader(nil), "WithTraceHeader"},
	} {
		p, err := publish.New(&fake{}, publish.WithSource("s"), test.option)
		wrong, ok := errors.AsType[*publish.OptionError](err)
		if p != nil || !ok || wrong.Option != test.name || wrong.Reason == "" || !errors.Is(err, publish.ErrOption) {
			t.Errorf("%s: %v", test.name, err)
		}
	}
	if _, err := publish.New(nil); !errors.Is(err, publish.ErrOption) || !strings.Contains(err.Error(), "client") {
		t.Errorf("no client: %v", err)
	}
	f := &fake{}
	if err := newPublisher(t, f, publish.WithEndpoint("abcde.veo")).Publish(t.Context(), several(1)...); err != nil || aws.ToString(f.calls[0].EndpointId) != "abcde.veo" {
		t.Errorf("%v, sent to %v", err, f.calls[0].EndpointId)
	}
}

func newPublisher(t testing.TB, client publish.Client, opts ...publish.Option) *publish.Publisher {
	t.Helper()
	p, err := publish.New(client, opts...)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// fake is a client that fails by plan. What it accepts has the id "id-" and a running number.
type fake struct {
	// plan says what becomes of an entry with the given n, the time it comes for the attempt-th time, from 1: nothing or a code.
	plan func(n, attempt int) (code string)
	// fail says what becomes of a call, from 1, as a whole. With lost, its entries are taken before.
	fail func(ctx context.Context, call int) (err error, lost bool)
	// bend changes an answer.
	bend func(*eventbridge.PutEventsOutput) *eventbridge.PutEventsOutput

	calls    []*eventbridge.PutEventsInput
	times    []time.Time
	attempts map[int]int
	taken    []int // by n, in the order of arrival
}

func (f *fake) PutEvents(ctx context.Context, in *eventbridge.PutEventsInput, _ ...func(*eventbridge.Options)) (*eventbridge.PutEventsOutput, error) {
	f.calls, f.times = append(f.calls, in), append(f.times, time.Now())
	if f.attempts == nil {
		f.attempts = map[int]int{}
	}
	var err error
	lost := false
	if f.fail != nil {
		if err, lost = f.fail(ctx, len(f.calls)); err != nil && !lost {
			return nil, err
		}
	}
	out := &eventbridge.PutEventsOutput{}
	for _, r := range in.Entries {
		var d paid
		_ = json.Unmarshal([]byte(*r.Detail), &d) // other details count as 0
		f.attempts[d.N]++
		if f.plan != nil {
			if code := f.plan(d.N, f.attempts[d.N]); code != "" {
				out.FailedEntryCount++
				out.Entries = append(out.Entries, types.PutEventsResultEntry{ErrorCode: &code, ErrorMessage: aws.String("no " + *r.Detail)})
				continue
			}
		}
		f.taken = append(f.taken, d.N)
		out.Entries = append(out.Entries, types.PutEventsResultEntry{EventId: aws.String("id-" + strconv.Itoa(len(f.taken)))})
	}
	if err != nil {
		return nil, err
	}
	if f.bend != nil {
		out = f.bend(out)
	}
	return out, nil
}

// bubble runs a test with time of its own.
func bubble(t *testing.T, name string, f func(*testing.T)) {
	t.Run(name, func(t *testing.T) {
		t.Parallel()
		synctest.Test(t, f)
	})
}

// TestConcurrentUse lets the race detector look at a publisher that is shared.
func TestConcurrentUse(t *testing.T) {
	t.Parallel()
	client := canned{}
	for i := range client.out {
		client.out[i] = types.PutEventsResultEntry{EventId: aws.String("id")}
	}
	p := newPublisher(t, &client, publish.WithSource("s"), publish.WithBus("b"))
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			if err := p.Publish(t.Context(), several(25)...); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
}
