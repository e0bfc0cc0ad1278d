package main

import (
	"bytes"
	"context"
	"encoding/xml"
	"fmt"
	"io"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"
)

// A run is drawn as it was: each message is in the picture once, with the outcome that it is made for, with a bar where its call
// was, and with what became of it; and another run's picture is the same but for its numbers, as is the one in the repository.
func TestPictureIsTheRun(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute)
	defer cancel()
	c, err := planned(ctx)
	if err != nil {
		t.Fatal(err)
	}
	picture := draw(c)
	if len(picture) > 20_000 {
		t.Errorf("the picture has %d bytes", len(picture))
	}
	drawn := read(t, picture)
	if len(drawn) != len(plan) {
		t.Fatalf("%d messages are drawn, want %d", len(drawn), len(plan))
	}
	// What the messages are made for, said once more by hand.
	then := []string{
		"deleted", "deleted", "again", "deleted, copy in orders-dead", "deleted", "deleted", "again", "again", "deleted", "again",
	}
	var calls, named int
	for i, m := range drawn {
		outcome := strings.ReplaceAll(plan[i], "_", " ")
		if m.ID != fmt.Sprintf("message-%d", i+1) || len(m.Texts) != 4 || !strings.HasPrefix(m.Texts[2], outcome) {
			t.Errorf("message %d is drawn as %q, want the outcome %q", i+1, m.Texts, outcome)
			continue
		}
		if got := m.Texts[3]; then[i] == "again" && !regexp.MustCompile(`^again at \d+(\.\d)? s: succeeded$`).MatchString(got) || then[i] != "again" && got != then[i] {
			t.Errorf("message %d: then %q, want %q", i+1, got, then[i])
		}
		if then[i] == "again" {
			named++
		}
		calls += len(m.Rects)
		for _, bar := range m.Rects {
			if bar.Class != plan[i] {
				t.Errorf("message %d has a bar of the class %q", i+1, bar.Class)
			}
			// The bar stands where the call was, to a pixel.
			if x, w := c.rows[i].begin, c.rows[i].end; abs(bar.X-at(c, x)) > 1 || abs(bar.X+bar.Width-max(at(c, w), bar.X+leastWidth)) > 1 {
				t.Errorf("message %d was handled from %v to %v, and its bar is %+v", i+1, x, w, bar)
			}
		}
	}
	if calls != len(plan)-1 {
		t.Errorf("%d bars, want one for each message but the one that was not started", calls)
	}
	if n := bytes.Count(picture, []byte("<circle ")); n != named || !bytes.Contains(picture, []byte("batchItemFailures: 3, 7, 8, 10<")) {
		t.Errorf("%d messages are marked in the response, want %d", n, named)
	}
	c.checkTimes(t)

	committed, err := os.ReadFile("../../docs/batch.svg")
	if err != nil {
		t.Fatal(err)
	}
	if got, want := structure(picture), structure(committed); got != want {
		t.Errorf("docs/batch.svg has another structure: run go run ./examples/picture\n%s", got)
	}
}

// checkTimes holds the course against what sqsbatch and Lambda promise.
func (c *course) checkTimes(t *testing.T) {
	t.Helper()
	if c.contextsEnd != c.timeout-c.reserve {
		t.Errorf("the contexts end at %v", c.contextsEnd)
	}
	if c.response <= c.contextsEnd || c.response >= c.timeout {
		t.Errorf("the response came at %v, want it between %v and %v", c.response, c.contextsEnd, c.timeout)
	}
	for _, r := range c.rows {
		if r.called && (r.begin < 0 || r.begin >= c.contextsEnd || r.end > c.response) {
			t.Errorf("message %d was handled from %v to %v", r.number, r.begin, r.end)
		}
		var beside int
		for _, other := range c.rows {
			if other.called && r.called && other.begin <= r.begin && r.begin < other.end {
				beside++
			}
		}
		if beside > c.concurrency {
			t.Errorf("message %d began as one of %d calls", r.number, beside)
		}
		if again := r.again; r.outcome == "delayed" && (again < c.response || again > c.visibility) || r.outcome == "failed" && again < c.visibility-time.Second {
			t.Errorf("message %d, %s, came again at %v", r.number, r.outcome, again)
		}
	}
	if late := c.rows[7].returned; late <= c.response {
		t.Errorf("the call that was given up returned at %v, and the response went out at %v", late, c.response)
	}
}

// A picture is not drawn of what was not observed.
func TestNothingIsDrawnThatWasNotObserved(t *testing.T) {
	t.Parallel()
	o := &observed{sent: map[string]string{"1": "{}"}}
	if _, err := o.course(); err == nil || !strings.Contains(err.Error(), "0 messages of 1") {
		t.Errorf("without a batch: %v", err)
	}
	o.order, o.invocations = []string{"1"}, []invocation{{at: time.Now(), body: []byte(`{"batchItemFailures":[]}`)}}
	if _, err := o.course(); err == nil || !strings.Contains(err.Error(), "has not reported") {
		t.Errorf("without a report: %v", err)
	}
	report := `{"Event":"report","Deadline":"2026-01-01T00:00:04Z","Report":{"Messages":[{"message_id":"1","outcome":"succeeded","receive_count":1}]}}`
	if _, err := o.Write([]byte(report)); err != nil {
		t.Fatal(err)
	}
	if _, err := o.course(); err == nil || !strings.Contains(err.Error(), "message 1: the event source mapping knows nothing of it") {
		t.Errorf("without a word of the mapping: %v", err)
	}
	c := &course{}
	for i, outcome := range plan {
		c.rows = append(c.rows, row{number: i + 1, outcome: outcome})
	}
	if err := c.asPlanned(); err != nil {
		t.Error(err)
	}
	c.rows[9].outcome = "succeeded"
	if err := c.asPlanned(); err == nil || !strings.Contains(err.Error(), "message 10 is succeeded, and it is made to be skipped_deadline") {
		t.Errorf("a run that went otherwise: %v", err)
	}
}

// drawnMessage is a message as it stands in the picture.
type drawnMessage struct {
	ID    string   `xml:"id,attr"`
	Texts []string `xml:"text"`
	Rects []struct {
		Class string  `xml:"class,attr"`
		X     float64 `xml:"x,attr"`
		Width float64 `xml:"width,attr"`
	} `xml:"rect"`
}

func read(t *testing.T, picture []byte) []drawnMessage {
	t.Helper()
	var svg struct {
		Title    string         `xml:"title"`
		Desc     string         `xml:"desc"`
		Messages []drawnMessage `xml:"g"`
	}
	if err := xml.Unmarshal(picture, &svg); err != nil {
		t.Fatal(err)
	}
	if svg.Title == "" || !strings.Contains(svg.Desc, "Message 3: delayed by 1 s: carrier busy; again at ") {
		t.Errorf("title %q, description %q", svg.Title, svg.Desc)
	}
	for _, never := range []string{"<script", "href", "url(", "http://127"} {
		if bytes.Contains(picture, []byte(never)) {
			t.Errorf("the picture has %s in it", never)
		}
	}
	return svg.Messages
}

func at(c *course, d time.Duration) float64 { return (&drawing{course: c}).x(d) }

func abs(v float64) float64 { return max(v, -v) }

var secondsSaid = regexp.MustCompile(`\d+(\.\d+)? s\b`)

// structure is a picture without the numbers that time decides: those of places, and of seconds.
func structure(picture []byte) string {
	d := xml.NewDecoder(bytes.NewReader(picture))
	var out strings.Builder
	for {
		token, err := d.Token()
		if err == io.EOF {
			return out.String()
		}
		if err != nil {
			return err.Error()
		}
		switch token := token.(type) {
		case xml.StartElement:
			fmt.Fprintf(&out, "\n%s", token.Name.Local)
			for _, a := range token.Attr {
				if a.Name.Local == "id" || a.Name.Local == "class" && a.Value != "in" && a.Value != "out" {
					fmt.Fprintf(&out, " %s=%s", a.Name.Local, a.Value)
				}
			}
		case xml.CharData:
			text := secondsSaid.ReplaceAllString(strings.TrimSpace(string(token)), "T s")
			out.WriteString(" " + text)
		}
	}
}

func TestStructureKeepsWhatMatters(t *testing.T) {
	t.Parallel()
	same := structure([]byte(`<svg><text x="1" class="in">at 1.5 s</text></svg>`))
	if other := structure([]byte(`<svg><text x="2" class="out">at 2 s</text></svg>`)); other != same {
		t.Errorf("%q and %q", same, other)
	}
	if other := structure([]byte(`<svg><text x="1" class="in">of 2</text></svg>`)); other == same {
		t.Errorf("%q and %q", same, other)
	}
}
