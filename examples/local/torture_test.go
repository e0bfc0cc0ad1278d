package main

import (
	"bytes"
	"errors"
	"net/http/httptest"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/lambdapatterns/lambdapatterns/examples/images"
	"github.com/lambdapatterns/lambdapatterns/examples/local/internal/provider"
	"github.com/lambdapatterns/lambdapatterns/examples/payments"
	"github.com/lambdapatterns/lambdapatterns/internal/racetest"
)

// The command runs it for as long as it is told to; this is a run that CI has time for.
func TestTorture(t *testing.T) {
	t.Parallel()
	tortureShortly(t, 0)
}

// The same with many invocations at once in each process, as on Managed Instances. The functions are built with the race detector.
func TestTortureOnManagedInstances(t *testing.T) {
	if racetest.Enabled {
		t.Skip("the functions have the race detector anyway, and TestTorture runs the stack under it")
	}
	if _, err := exec.LookPath("gcc"); err != nil {
		t.Skip("the race detector needs a C compiler")
	}
	t.Parallel()
	tortureShortly(t, 16)
}

func tortureShortly(t *testing.T, managed int) {
	if testing.Short() {
		t.Skip("it loads the machine for half a minute")
	}
	o := defaults()
	o.torture, o.managed, o.seed = 5*time.Second, managed, uint64(time.Now().UnixNano())
	o.weather, o.pictures = newWeather(o.seed, 2), t.TempDir()
	var out bytes.Buffer
	if err := tortureServices(t.Context(), o, &out, 20); err != nil {
		t.Fatalf("%s: %v\n%s", o.repeat(), err, out.String())
	}
	t.Log(out.String())
}

// A check that finds nothing must be able to: each of these is a fault that it has to see.
func TestTortureSeesWhatIsWrong(t *testing.T) {
	t.Parallel()
	for name, spoil := range map[string]struct {
		do   func(table rows, j *journal, w *weather)
		says string
	}{
		"lost":      {func(table rows, _ *journal, _ *weather) { delete(table["Payment"], "p1") }, "payment p1 was accepted and is not in the table"},
		"pending":   {func(table rows, _ *journal, _ *weather) { table["Payment"]["p1"]["status"] = "pending" }, "payment p1 is pending, and should be captured"},
		"orphan":    {func(_ rows, j *journal, _ *weather) { delete(j.payments, "p1") }, "payment p1 is in the table, captured, and no client was told"},
		"uncharged": {func(_ rows, _ *journal, w *weather) { w.provider = newWeather(1, 0).provider }, "and the provider has charged 0"},
		"other card": {func(table rows, j *journal, _ *weather) {
			p := j.payments["p1"]
			p.card = "d"
			j.payments["p1"], table["Payment"]["p1"]["card"] = p, "d"
		}, "payment p1 is charged to another card"},
		"another": {func(table rows, _ *journal, _ *weather) { table["Payment"]["p1"]["amount"] = "1" }, "payment p1 is not the one that was accepted"},
		"twice": {func(table rows, j *journal, _ *weather) {
			table["Payment"]["p2"], j.payments["p2"] = table["Payment"]["p1"], j.payments["p1"]
		}, "order o1 is paid twice"},
		"told otherwise": {func(_ rows, j *journal, _ *weather) { j.told["p1"] = "declined" }, "a client was told that it is declined"},
		"order":          {func(table rows, _ *journal, _ *weather) { table["Order"]["o1"]["total"] = "1" }, "order o1 of u, 900"},
		"user":           {func(table rows, _ *journal, _ *weather) { delete(table["claim"], "UNIQUE#User#e-mail#a@b") }, "user u is not there with the address"},
		"no fault":       {func(rows, *journal, *weather) {}, ""},
	} {
		table := rows{
			"User": {"u": {"email": "a@b"}}, "claim": {"UNIQUE#User#e-mail#a@b": {}}, "Order": {"o1": {"user_id": "u", "total": "900"}},
			"Payment": {"p1": {"order_id": "o1", "user_id": "u", "card": "c", "amount": "900", "status": "captured"}},
		}
		j := &journal{
			users: addresses{"u": "a@b"}, orders: map[string]order{"o1": {"u", 900}},
			payments: map[string]acceptedPayment{"p1": {"o1", "u", "c", 900}}, told: map[string]payments.Status{"p1": payments.Captured},
		}
		w := newWeather(1, 0)
		if err := charge(t, w.provider, payments.Payment{ID: "p1", Amount: 900, Card: "c"}); err != nil {
			t.Fatal(err)
		}
		spoil.do(table, j, w)
		f := &faults{}
		j.users.check(table, f)
		checkPayments(table, j, w.provider, f)
		if err := errors.Join(f.errs...); (err == nil) != (spoil.says == "") || err != nil && !strings.Contains(err.Error(), spoil.says) {
			t.Errorf("%s: %v, want %q", name, err, spoil.says)
		}
	}
	twice := rows{}
	if err := errors.Join(twice.add("Payment", "p1", map[string]string{"PK": "ORDER#o1"}), twice.add("Payment", "p1", map[string]string{"PK": "ORDER#o2"})); err == nil ||
		!strings.Contains(err.Error(), "two items are the Payment p1: at ORDER#o1 and at ORDER#o2") {
		t.Errorf("a payment that is there twice was not seen: %v", err)
	}
	var p planted
	for _, line := range []string{`{"msg":"user planted.name.1@example.com"}`, "WARNING: DATA RACE\n", "Write at 0x00c000\n"} {
		if err := p.sound(); err != nil && p.lines < 2 {
			t.Errorf("before a race is reported: %v", err)
		}
		_, _ = p.Write([]byte(line))
	}
	if p.leaked == "" {
		t.Error("a planted address in a log was not seen")
	}
	if err := p.sound(); err == nil || !strings.Contains(err.Error(), "Write at 0x00c000") {
		t.Errorf("a race's report was not seen: %v", err)
	}
}

func TestTortureSeesWhatIsWrongWithPictures(t *testing.T) {
	t.Parallel()
	var pictures, thumbs [2][]byte
	for i := range pictures {
		var err error
		if pictures[i], err = photo(240, 180, uint8(100*i)); err != nil {
			t.Fatal(err)
		}
		thumbnail, err := images.MakeThumbnail(pictures[i], images.Limits{})
		if err != nil {
			t.Fatal(err)
		}
		thumbs[i] = thumbnail.Data
	}
	last := map[string]upload{"k": {"e", pictures[0]}}
	row := func(etag, status string) map[string]map[string]string {
		return map[string]map[string]string{"k": {"etag": etag, "status": status, "thumbnail": "t"}}
	}
	for name, c := range map[string]struct {
		items map[string]map[string]string
		data  []byte
		err   error
		says  string
	}{
		"no fault":        {row("e", "ready"), thumbs[0], nil, ""},
		"another upload":  {row("f", "ready"), thumbs[0], nil, "the table has the upload f"},
		"refused":         {row("e", "refused"), thumbs[0], nil, "e, refused"},
		"no item":         {nil, thumbs[0], nil, "the table has 0 pictures"},
		"no thumbnail":    {row("e", "ready"), nil, errors.New("NoSuchKey"), "its thumbnail: NoSuchKey"},
		"another picture": {row("e", "ready"), thumbs[1], nil, "its thumbnail is of another picture"},
		"half of it":      {row("e", "ready"), thumbs[0][:len(thumbs[0])/2], nil, "or damaged"},
	} {
		f := &faults{}
		checkPictures(c.items, last, func(string) ([]byte, error) { return c.data, c.err }, f)
		if err := errors.Join(f.errs...); (err == nil) != (c.says == "") || err != nil && !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v, want %q", name, err, c.says)
		}
	}
}

// charge asks a provider over HTTP, as the worker does.
func charge(t *testing.T, p *provider.Provider, of payments.Payment) error {
	t.Helper()
	server := httptest.NewServer(p)
	defer server.Close()
	return provider.Gateway{URL: server.URL}.Charge(t.Context(), of)
}
