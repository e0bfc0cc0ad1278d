package main

import (
	"encoding/xml"
	"fmt"
	"strings"
	"time"
)

// The picture's measures, in pixels of GitHub's column.
const (
	width      = 800
	plotLeft   = 118
	plotRight  = 534 // the deadline
	thenLeft   = 556
	top        = 92 // of the first row
	rowHeight  = 27
	barHeight  = 17
	letter     = 7 // of a label, in the widest of the fonts
	leastWidth = 3
)

// style has GitHub's colours for light and for dark pages. The ground is the picture's own: an image cannot know on which page it is.
const style = `
text{font:12px ui-sans-serif,system-ui,-apple-system,"Segoe UI",Helvetica,Arial,sans-serif;fill:#1f2328}
.title{font-size:16px;font-weight:600}.head{font-weight:600}.soft{fill:#59636e}.in{fill:#fff}.blue{fill:#0969da}
.out{paint-order:stroke;stroke:#fff;stroke-width:4px;stroke-linejoin:round}
.ground{fill:#fff;stroke:#d1d9e0}.line{stroke:#d1d9e0}.reserve{fill:#818b98;fill-opacity:.16}.deadline{stroke:#59636e;stroke-width:1.5}
.answer{stroke:#0969da;stroke-width:1.5;stroke-dasharray:4 3}.named{fill:#0969da}.mark{fill:none;stroke:#1a7f37;stroke-width:2}
.succeeded{fill:#1a7f37}.delayed{fill:#9a6700}.failed{fill:#cf222e}.timed_out{fill:#a40e26}.dropped{fill:#59636e}.dead_lettered{fill:#8250df}
.tail{stroke:#a40e26;stroke-width:2;stroke-dasharray:2 3}
@media(prefers-color-scheme:dark){
text{fill:#f0f6fc}.soft{fill:#9198a1}.in{fill:#fff}.out{stroke:#0d1117}.mark{stroke:#3fb950}.ground{fill:#0d1117;stroke:#3d444d}.line{stroke:#3d444d}.reserve{fill:#9198a1;fill-opacity:.2}
.deadline{stroke:#9198a1}.answer{stroke:#4493f8}.named,.blue{fill:#4493f8}
.succeeded{fill:#238636}.delayed{fill:#bb8009}.failed{fill:#da3633}.timed_out{fill:#b62324}.dropped{fill:#656c76}.dead_lettered{fill:#8957e5}
.tail{stroke:#f85149}}
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
	height := bottom + 70
	d.printf(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" width="%[1]d" height="%[2]d" role="img" aria-labelledby="t d">`+"\n", width, height)
	d.printf("<title id=\"t\">What became of a batch of %d messages</title>\n<desc id=\"d\">%s</desc>\n<style>%s</style>\n", len(c.rows), text(c.words()), style)
	d.printf(`<rect class="ground" x=".5" y=".5" width="%d" height="%d" rx="6"/>`+"\n", width-1, height-1)
	d.label(16, 28, "title", fmt.Sprintf("One batch of %d messages, one invocation", len(c.rows)))
	d.label(16, 48, "soft", fmt.Sprintf("A compiled function on a queue, %d handler calls at a time. Drawn from a run: go run ./examples/picture", c.concurrency))

	d.printf(`<rect class="reserve" x="%s" y="%d" width="%s" height="%d"/>`+"\n", px(d.x(c.contextsEnd)), top-8, px(plotRight-d.x(c.contextsEnd)), bottom-top+8)
	d.label(16, top-14, "head", "message")
	d.label(plotLeft, top-14, "head", "handler call")
	d.centred((d.x(c.contextsEnd)+plotRight)/2, top-14, "soft", "reserve")
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
	d.centred(d.x(c.contextsEnd), bottom+33, "soft", "contexts end")
	d.centred(plotRight, bottom+33, "soft", "deadline")
	var named []string
	for i, r := range c.rows {
		d.row(r, top+i*rowHeight)
		if r.failed {
			named = append(named, fmt.Sprint(r.number))
		}
	}
	x := px(d.x(c.response))
	d.printf(`<path class="answer" d="M%s %dV%d"/>`+"\n", x, top-8, bottom+56)
	d.words(d.x(c.response)-8, bottom+54, "blue", ` text-anchor="end"`, fmt.Sprintf("response at %s, batchItemFailures: %s", seconds(c.response), strings.Join(named, ", ")))
	for i, r := range c.rows {
		if r.failed {
			d.printf(`<circle class="named" cx="%s" cy="%d" r="4.5"/>`+"\n", x, top+i*rowHeight+barHeight/2+1)
		}
	}
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
	switch {
	case r.dead:
		d.printf(`<path class="dead_lettered" d="M%d %dv-6h3v6h3.5l-5 6l-5 -6z"/>`+"\n", thenLeft+4, middle)
	case r.deleted:
		d.printf(`<path class="mark" d="M%d %dl3.5 4l6.5 -8"/>`+"\n", thenLeft, middle)
	default:
		d.printf(`<path class="named" d="M%d %dl6 -5v3.5h6v3h-6v3.5z"/>`+"\n", thenLeft-1, middle)
	}
	d.label(thenLeft+18, base, "", then(r))
	d.printf("</g>\n")
}

// bar draws the handler's call with its outcome: in the bar where there is room, and otherwise behind it.
func (d *drawing) bar(r row, y, base int) {
	words := said(r)
	if !r.called {
		d.words(d.x(d.course.contextsEnd)-8, base, "soft out", ` text-anchor="end"`, words)
		return
	}
	begin, end := d.x(r.begin), d.x(r.end)
	end = max(end, begin+leastWidth)
	d.printf(`<rect class="%s" x="%s" y="%d" width="%s" height="%d" rx="%d"/>`+"\n", r.outcome, px(begin), y, px(end-begin), barHeight, min(3, int(end-begin)/2))
	if r.returned > r.end {
		d.printf(`<path class="tail" d="M%s %dH%s"/>`+"\n", px(end+2), base-4, px(min(d.x(r.returned), plotRight-2)))
	}
	if end-begin > letter*float64(len(words))+12 {
		d.label(begin+6, base, "in", words)
	} else {
		d.label(end+6, base, "out", words)
	}
}

// said is the outcome with its reason.
func said(r row) string {
	words := strings.ReplaceAll(r.outcome, "_", " ")
	if r.delay > 0 {
		words += " by " + seconds(r.delay)
	}
	switch {
	case !r.called:
		return words + ": not started"
	case r.returned > r.end:
		return words + ", returned too late"
	case r.reason != "":
		return words + ": " + r.reason
	}
	return words
}

// then is what the queue did.
func then(r row) string {
	switch {
	case r.dead && r.deleted:
		return "deleted, copy in " + deadName
	case r.deleted:
		return "deleted"
	}
	return fmt.Sprintf("again at %s: %s", seconds(r.again), r.lastOutcome)
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
