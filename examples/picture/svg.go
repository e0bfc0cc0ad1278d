package main

import (
	"encoding/xml"
	"fmt"
	"math"
	"strings"
	"time"
)

// The picture's measures, in pixels of GitHub's column.
const (
	width      = 800
	plotLeft   = 112
	plotRight  = 532 // the deadline
	thenLeft   = 556
	top        = 92 // of the first row
	rowHeight  = 27
	barHeight  = 17
	letter     = 6.3 // of a label, on the mean
	leastWidth = 3
)

// style has GitHub's colours for light and for dark pages. The ground is the picture's own: an image cannot know on which page it is.
const style = `
text{font:12px ui-sans-serif,system-ui,-apple-system,"Segoe UI",Helvetica,Arial,sans-serif;fill:#1f2328}
.title{font-size:16px;font-weight:600}.head{font-weight:600}.soft{fill:#59636e}.in{fill:#fff}
.ground{fill:#fff;stroke:#d1d9e0}.line{stroke:#d1d9e0}.reserve{fill:#818b98;fill-opacity:.16}.deadline{stroke:#59636e;stroke-width:1.5}
.answer{stroke:#0969da;stroke-width:1.5;stroke-dasharray:4 3}.named{fill:#0969da}.blue{fill:#0969da}
.succeeded{fill:#1a7f37}.delayed{fill:#9a6700}.failed{fill:#cf222e}.timed_out{fill:#a40e26}.dropped{fill:#59636e}.dead_lettered{fill:#8250df}
.skipped_deadline{fill:none;stroke:#59636e;stroke-dasharray:3 2}.tail{stroke:#a40e26;stroke-width:2;stroke-dasharray:2 3}
@media(prefers-color-scheme:dark){
text{fill:#f0f6fc}.soft{fill:#9198a1}.in{fill:#fff}.ground{fill:#0d1117;stroke:#3d444d}.line{stroke:#3d444d}.reserve{fill:#9198a1;fill-opacity:.2}
.deadline{stroke:#9198a1}.answer{stroke:#4493f8}.named,.blue{fill:#4493f8}
.succeeded{fill:#238636}.delayed{fill:#bb8009}.failed{fill:#da3633}.timed_out{fill:#b62324}.dropped{fill:#656c76}.dead_lettered{fill:#8957e5}
.skipped_deadline{fill:none;stroke:#9198a1}.tail{stroke:#f85149}}
`

// drawing is an SVG in the making.
type drawing struct {
	strings.Builder
	course *course
}

// draw draws a course.
func draw(c *course) []byte {
	d := &drawing{course: c}
	bottom := top + len(c.rows)*rowHeight
	height := bottom + 74
	d.printf(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" width="%[1]d" height="%[2]d" role="img" aria-labelledby="t d">`+"\n", width, height)
	d.printf("<title id=\"t\">What became of a batch of %d messages</title>\n<desc id=\"d\">%s</desc>\n<style>%s</style>\n", len(c.rows), text(c.words()), style)
	d.printf(`<rect class="ground" x=".5" y=".5" width="%d" height="%d" rx="6"/>`+"\n", width-1, height-1)
	d.label(16, 28, "title", fmt.Sprintf("One batch of %d messages, one invocation", len(c.rows)))
	d.label(16, 48, "soft", fmt.Sprintf("A compiled function on a queue, %d handler calls at a time. Drawn from a run: go run ./examples/picture", c.concurrency))

	cutoff := c.timeout - c.reserve
	d.printf(`<rect class="reserve" x="%s" y="%d" width="%s" height="%d"/>`+"\n", px(d.x(cutoff)), top-8, px(plotRight-d.x(cutoff)), bottom-top+8)
	d.label(16, top-14, "head", "message")
	d.label(plotLeft, top-14, "head", "handler call")
	d.centred((d.x(cutoff)+plotRight)/2, top-14, "soft", "reserve")
	d.label(thenLeft, top-14, "head", "what the queue does then")
	for at := time.Duration(0); at <= c.timeout; at += c.timeout / 4 {
		x := d.x(at)
		class := "line"
		if at == c.timeout {
			class = "deadline"
		}
		d.printf(`<path class="%s" d="M%s %dV%d"/>`+"\n", class, px(x), top-8, bottom+4)
		d.centred(x, bottom+18, "soft", seconds(at))
	}
	d.centred(plotRight, bottom+33, "soft", "deadline")
	x := d.x(c.response)
	d.printf(`<path class="answer" d="M%s %dV%d"/>`+"\n", px(x), top-8, bottom+38)
	d.label(16, bottom+56, "blue", fmt.Sprintf("The response, at %s, names in batchItemFailures the messages", seconds(c.response)))
	var named []string
	for i, r := range c.rows {
		d.row(r, top+i*rowHeight)
		if r.failed {
			named = append(named, fmt.Sprint(r.number))
		}
	}
	d.label(16+letter*57, bottom+56, "head", strings.Join(named, ", "))
	d.printf("</svg>\n")
	return []byte(d.String())
}

// row draws a message's line.
func (d *drawing) row(r row, y int) {
	middle := y + barHeight/2 + 1
	base := middle + 4
	d.printf(`<g id="message-%d">`+"\n", r.number)
	d.label(16, base, "soft", fmt.Sprint(r.number))
	d.label(38, base, "", short(r.name, 12))
	d.bar(r, y, base)
	if r.failed {
		d.printf(`<circle class="named" cx="%s" cy="%d" r="4.5"/>`+"\n", px(d.x(d.course.response)), middle)
	}
	if r.deleted {
		d.label(thenLeft, base, "", then(r))
	} else {
		d.printf(`<path class="named" d="M%d %dl7 -5v3.5h5v3h-5v3.5z"/>`+"\n", thenLeft, middle)
		d.label(thenLeft+18, base, "", then(r))
	}
	d.printf("</g>\n")
}

// bar draws the handler's call with its outcome: in the bar where there is room, and otherwise behind it.
func (d *drawing) bar(r row, y, base int) {
	words := said(r)
	begin, end := d.x(r.begin), d.x(r.end)
	if !r.called {
		begin, end = d.x(d.course.timeout-d.course.reserve)+6, plotRight-6
		begin = end - math.Max(end-begin, letter*float64(len(words))+12)
	}
	end = max(end, begin+leastWidth)
	d.printf(`<rect class="%s" x="%s" y="%d" width="%s" height="%d" rx="%d"/>`+"\n", r.outcome, px(begin), y, px(end-begin), barHeight, min(3, int(end-begin)/2))
	if r.returned > r.end {
		d.printf(`<path class="tail" d="M%s %dH%s"/>`+"\n", px(end+2), base-4, px(min(d.x(r.returned), plotRight-2)))
	}
	switch {
	case !r.called:
		d.label(begin+6, base, "soft", words)
	case end-begin > letter*float64(len(words))+12:
		d.label(begin+6, base, "in", words)
	default:
		d.label(end+6, base, "", words)
	}
}

// said is the outcome with its reason.
func said(r row) string {
	words := strings.ReplaceAll(r.outcome, "_", " ")
	switch {
	case !r.called:
		return "no time: " + words
	case r.reason != "":
		return words + ": " + r.reason
	}
	return words
}

// then is what the queue did.
func then(r row) string {
	switch {
	case r.dead && r.deleted:
		return "deleted, a copy is in " + deadName
	case r.deleted:
		return "deleted"
	}
	return fmt.Sprintf("comes again at %s: %s", seconds(r.again), r.lastOutcome)
}

// words tell the picture to those who do not see it.
func (c *course) words() string {
	var b strings.Builder
	fmt.Fprintf(&b, "A time line of %s with %d messages.", seconds(c.timeout), len(c.rows))
	for _, r := range c.rows {
		fmt.Fprintf(&b, " Message %d: %s; %s.", r.number, said(r), then(r))
	}
	return b.String()
}

func (d *drawing) x(at time.Duration) float64 {
	return plotLeft + (plotRight-plotLeft)*float64(at)/float64(d.course.timeout)
}

func (d *drawing) printf(format string, args ...any) { fmt.Fprintf(d, format, args...) }

func (d *drawing) label(x float64, y int, class, words string) { d.words(x, y, class, "", words) }

func (d *drawing) centred(x float64, y int, class, words string) {
	d.words(x, y, class, ` text-anchor="middle"`, words)
}

func (d *drawing) words(x float64, y int, class, more, words string) {
	if class != "" {
		more += ` class="` + class + `"`
	}
	d.printf(`<text x="%s" y="%d"%s>%s</text>`+"\n", px(x), y, more, text(words))
}

// px is a length, to a tenth of a pixel.
func px(v float64) string {
	return strings.TrimSuffix(fmt.Sprintf("%.1f", v), ".0")
}

func seconds(d time.Duration) string {
	return px(d.Seconds()) + " s"
}

// short cuts what is too long for its place.
func short(s string, most int) string {
	if letters := []rune(s); len(letters) > most {
		return string(letters[:most-1]) + "…"
	}
	return s
}

func text(s string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(s)) // a Builder takes everything
	return b.String()
}
