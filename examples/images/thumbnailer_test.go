package images_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/lambdapatterns/lambdapatterns/eventbridge/eventbridgetest"
	"github.com/lambdapatterns/lambdapatterns/eventbridge/s3event"
	"github.com/lambdapatterns/lambdapatterns/examples/images"
	"github.com/lambdapatterns/lambdapatterns/singletable/idempotency"
)

func TestUploadBecomesThumbnail(t *testing.T) {
	t.Parallel()
	s := newService(t, images.Limits{})
	e := s.upload("holiday/a b+c.JPG", jpegOf(t, quarters(400, 200)))
	if got := s.outcome(e); got != images.Made {
		t.Fatalf("got %s", got)
	}
	known := s.known("holiday/a b+c.JPG")
	if known.Status != images.Ready || known.Width != 400 || known.Height != 200 || known.ThumbnailWidth != 256 || known.ThumbnailHeight != 128 ||
		known.ETag != e.Detail.Object.ETag || known.Size != e.Detail.Object.Size || !known.Uploaded.Equal(e.Time) {
		t.Errorf("the table has %+v", known)
	}
	out, err := s.client.GetObject(t.Context(), &s3.GetObjectInput{Bucket: aws.String("thumbs"), Key: &known.Thumbnail})
	if err != nil {
		t.Fatal(err)
	}
	defer out.Body.Close()
	if aws.ToString(out.ContentType) != "image/jpeg" {
		t.Errorf("the thumbnail's type is %s", aws.ToString(out.ContentType))
	}
}

// The keys that the function really writes, held against the rule that is deployed.
func TestThumbnailsStartNothing(t *testing.T) {
	t.Parallel()
	s := newService(t, images.Limits{})
	rule, err := images.Rule("uploads")
	if err != nil {
		t.Fatal(err)
	}
	s.handle(s.upload("cat.jpg", jpegOf(t, quarters(10, 10))))
	s.handle(s.upload("cat.png", pngOf(t, quarters(10, 10))))
	eventbridgetest.AssertNoLoop(t, rule, eventbridgetest.NewBucket("thumbs"), s.known("cat.jpg").Thumbnail, s.known("cat.png").Thumbnail)
}

func TestContentDecidesTheFormat(t *testing.T) {
	t.Parallel()
	s := newService(t, images.Limits{})
	s.handle(s.upload("really a.png", jpegOf(t, quarters(10, 10))))
	if known := s.known("really a.png"); known.Format != "jpeg" || !strings.HasSuffix(known.Thumbnail, ".jpg") {
		t.Errorf("the table has %+v", known)
	}
}

func TestEventsThatComeTwiceOrLate(t *testing.T) {
	t.Parallel()
	s := newService(t, images.Limits{})
	first := s.upload("cat.jpg", jpegOf(t, quarters(20, 10)))
	if got := s.outcome(first); got != images.Made {
		t.Fatal(got)
	}
	if got := s.outcome(first); got != images.Made || s.faults.writes != 1 {
		t.Errorf("again: %s, %d writes", got, s.faults.writes)
	}
	second := s.upload("cat.jpg", jpegOf(t, quarters(30, 10)))
	third := s.upload("cat.jpg", jpegOf(t, quarters(40, 10)))
	if got := s.outcome(second); got != images.Superseded {
		t.Errorf("an upload that was written over: %s", got)
	}
	fourth := s.upload("cat.jpg", jpegOf(t, quarters(40, 10))) // the same content as the third
	if got := s.outcome(fourth); got != images.Made {
		t.Errorf("the last: %s", got)
	}
	if got := s.outcome(third); got != images.Stale {
		t.Errorf("a late one: %s", got)
	}
	if known := s.known("cat.jpg"); known.Width != 40 || !strings.HasSuffix(known.Sequencer, strings.ToLower(string(fourth.Detail.Object.Sequencer))) {
		t.Errorf("the table has %+v", known)
	}
	s.consistent()
}

// A later upload is handled between the earlier one's thumbnail and its item: the condition on the write decides.
func TestOvertakenWhileAtWork(t *testing.T) {
	t.Parallel()
	s := newService(t, images.Limits{})
	file := jpegOf(t, quarters(20, 10))
	early := s.upload("cat.jpg", file)
	late := s.upload("cat.jpg", file)
	s.faults.afterPut = func() {
		if err := s.Handle(t.Context(), late); err != nil {
			t.Error(err)
		}
	}
	s.handle(early)
	if !strings.Contains(s.log.String(), `"outcome":"stale"`) || s.faults.deletions != 1 {
		t.Errorf("%d deletions, log %s", s.faults.deletions, s.log.String())
	}
	s.consistent()
}

// Without idempotency's record the table still knows the event, before the work and after it.
func TestKnownWithoutARecord(t *testing.T) {
	t.Parallel()
	s := newService(t, images.Limits{})
	other := s.forgetful()
	e := s.upload("cat.jpg", jpegOf(t, quarters(20, 10)))
	s.faults.afterPut = func() {
		if err := other.Handle(t.Context(), e); err != nil {
			t.Error(err)
		}
	}
	s.handle(e)
	if !strings.Contains(s.log.String(), `"outcome":"made"`) || !strings.Contains(s.log.String(), `"outcome":"known"`) || s.faults.deletions != 0 {
		t.Errorf("two at once: %d deletions, log %s", s.faults.deletions, s.log.String())
	}
	s.consistent()

	e = s.upload("dog.jpg", jpegOf(t, quarters(20, 10)))
	if err := other.Handle(t.Context(), e); err != nil {
		t.Fatal(err)
	}
	writes := s.faults.writes
	if got := s.outcome(e); got != images.Known || s.faults.writes != writes {
		t.Errorf("one after the other: %s, %d writes more", got, s.faults.writes-writes)
	}
}

func TestAnyOrder(t *testing.T) {
	t.Parallel()
	for seed := range uint64(10) {
		s := newService(t, images.Limits{})
		r := rand.New(rand.NewPCG(seed, 1))
		file := pngOf(t, quarters(8, 8))
		newest := map[string]event{}
		var events []event
		for range 12 {
			key := fmt.Sprintf("%d.png", r.IntN(3))
			e := s.upload(key, file)
			newest[key] = e
			events = append(events, e, e)
		}
		r.Shuffle(len(events), func(i, j int) { events[i], events[j] = events[j], events[i] })
		var running sync.WaitGroup
		for _, e := range events {
			running.Go(func() {
				var err error
				for range 100 { // as Lambda does, only sooner and longer
					if err = s.Handle(t.Context(), e); err == nil {
						return
					}
					if !errors.Is(err, idempotency.ErrInProgress) {
						break
					}
					time.Sleep(5 * time.Millisecond)
				}
				t.Error(err)
			})
		}
		running.Wait()
		for key, e := range newest {
			if known := s.known(key); !strings.HasSuffix(known.Sequencer, strings.ToLower(string(e.Detail.Object.Sequencer))) {
				t.Errorf("seed %d: %s is known by the event %s, and the newest is %s", seed, key, known.Sequencer, e.Detail.Object.Sequencer)
			}
		}
		s.consistent()
	}
}

func TestDeletedSince(t *testing.T) {
	t.Parallel()
	s := newService(t, images.Limits{})
	e := s.upload("cat.jpg", jpegOf(t, quarters(10, 10)))
	if _, err := s.client.DeleteObject(t.Context(), &s3.DeleteObjectInput{Bucket: aws.String("uploads"), Key: aws.String("cat.jpg")}); err != nil {
		t.Fatal(err)
	}
	if got := s.outcome(e); got != images.Gone || s.faults.writes != 0 {
		t.Errorf("got %s and %d writes", got, s.faults.writes)
	}
}

func TestRefusedUploads(t *testing.T) {
	t.Parallel()
	small := pngOf(t, quarters(100, 100))
	for name, tc := range map[string]struct {
		file []byte
		edit func(*service, *event)
		want string
	}{
		"no picture":               {[]byte("Dear reader"), nil, "neither JPEG nor PNG"},
		"a bomb":                   {claiming(small, 20_000, 20_000), nil, "400000000"},
		"too many bytes":           {append(small, make([]byte, 100_000)...), nil, "and 100000 are allowed"},
		"more than the event says": {append(small, make([]byte, 100_000)...), func(_ *service, e *event) { e.Detail.Object.Size = 5 }, "and 100000 are allowed"},
		"more than S3 says": {append(small, make([]byte, 100_000)...), func(s *service, e *event) {
			e.Detail.Object.Size = 5
			s.faults.get = func(out *s3.GetObjectOutput) { out.ContentLength = nil }
		}, "the file has 100001 bytes"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newService(t, images.Limits{Bytes: 100_000, Pixels: 10_000})
			ready := s.upload("cat.png", small)
			s.handle(ready) // its thumbnail must go when a later upload has none
			e := s.upload("cat.png", tc.file)
			if tc.edit != nil {
				tc.edit(s, &e)
			}
			if got := s.outcome(e); got != images.Rejected {
				t.Fatalf("got %s", got)
			}
			known := s.known("cat.png")
			if known.Status != images.Refused || !strings.Contains(known.Reason, tc.want) || known.Thumbnail != "" {
				t.Errorf("the table has %+v", known)
			}
			s.consistent()
		})
	}
}

func TestFailureIsWorthAnotherTry(t *testing.T) {
	t.Parallel()
	s := newService(t, images.Limits{})
	e := s.upload("cat.jpg", jpegOf(t, quarters(10, 10)))
	away := errors.New("the bucket is away")
	s.faults.put = away
	err := s.Handle(t.Context(), e)
	if _, ok := err.(*images.EventError); !ok || !errors.Is(err, away) || !strings.Contains(err.Error(), e.ID) {
		t.Errorf("got %T: %v", err, err)
	}
	s.faults.put = nil
	if got := s.outcome(e); got != images.Made {
		t.Errorf("the next try: %s", got)
	}
	s.consistent()
}

// A read that breaks off is no short file.
func TestBrokenReadIsNoRefusal(t *testing.T) {
	t.Parallel()
	s := newService(t, images.Limits{})
	e := s.upload("cat.jpg", jpegOf(t, quarters(100, 100)))
	s.faults.get = func(out *s3.GetObjectOutput) {
		out.Body = io.NopCloser(io.MultiReader(io.LimitReader(out.Body, 50), broken{}))
	}
	if err := s.Handle(t.Context(), e); err == nil || errors.Is(err, images.ErrRefused) {
		t.Errorf("got %v", err)
	}
}

type broken struct{}

func (broken) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

func TestOldThumbnailLeftBehindIsNoFailure(t *testing.T) {
	t.Parallel()
	s := newService(t, images.Limits{})
	s.handle(s.upload("cat.jpg", jpegOf(t, quarters(10, 10))))
	s.faults.deletion = errors.New("the bucket is away")
	if got := s.outcome(s.upload("cat.jpg", jpegOf(t, quarters(20, 10)))); got != images.Made {
		t.Errorf("got %s", got)
	}
	if !strings.Contains(s.log.String(), "left behind") {
		t.Errorf("the log does not say so: %s", s.log.String())
	}
}

func TestWrongEvents(t *testing.T) {
	t.Parallel()
	s := newService(t, images.Limits{})
	file := jpegOf(t, quarters(10, 10))
	for name, edit := range map[string]func(*s3event.ObjectCreated){
		"another bucket": func(d *s3event.ObjectCreated) { d.Bucket.Name = "thumbs" },
		"no sequencer":   func(d *s3event.ObjectCreated) { d.Object.Sequencer = "" },
		"no number":      func(d *s3event.ObjectCreated) { d.Object.Sequencer = "xyz" },
		"a sequencer too long": func(d *s3event.ObjectCreated) {
			d.Object.Sequencer = s3event.Sequencer(strings.Repeat("f", 33))
		},
		"nothing to tell it by":  func(d *s3event.ObjectCreated) { d.Object.Sequencer, d.RequestID = "", "" },
		"a sequencer with zeros": nil,
	} {
		e := s.upload("cat.jpg", file)
		if edit == nil {
			e.Detail.Object.Sequencer = s3event.Sequencer(strings.Repeat("0", 40)) + e.Detail.Object.Sequencer
			s.handle(e)
			continue
		}
		edit(&e.Detail)
		if err := s.Handle(t.Context(), e); err == nil {
			t.Errorf("%s: was taken", name)
		}
	}
}

func TestContextEnds(t *testing.T) {
	t.Parallel()
	s := newService(t, images.Limits{})
	e := s.upload("cat.jpg", jpegOf(t, quarters(10, 10)))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := s.Handle(ctx, e); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	if s.faults.writes != 0 {
		t.Error("a thumbnail was written after the end")
	}
}

func TestNewFindsMistakes(t *testing.T) {
	t.Parallel()
	good := newService(t, images.Limits{}).Config
	for want, change := range map[string]func(*images.Config){
		"all needed":                  func(c *images.Config) { c.Store = nil },
		"are all needed":              func(c *images.Config) { c.Log = nil },
		"are UPLOADS_BUCKET and":      func(c *images.Config) { c.Thumbnails = "" },
		"start the function again":    func(c *images.Config) { c.Thumbnails = c.Uploads },
		"a limit is negative":         func(c *images.Config) { c.Limits.Edge = -1 },
		"THUMBNAILS_BUCKET set?":      func(c *images.Config) { c.Uploads = "" },
		"Store, Objects, Once and":    func(c *images.Config) { c.Objects = nil },
		"images: Store, Objects, Onc": func(c *images.Config) { c.Once = nil },
	} {
		cfg := good
		change(&cfg)
		if _, err := images.New(cfg); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q", err, want)
		}
	}
}
