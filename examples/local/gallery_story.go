package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	_ "image/jpeg" // to look at thumbnails
	_ "image/png"
	"maps"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/lambdapatterns/lambdapatterns/eventbridge"
	"github.com/lambdapatterns/lambdapatterns/examples/images"
	"github.com/lambdapatterns/lambdapatterns/singletable"
)

// tellImages tells the story of the images, as tell does that of the payments.
func tellImages(ctx context.Context, g *gallery) error {
	began := time.Now()
	for _, act := range []struct {
		heading string
		play    func(context.Context) error
	}{
		{"Uploads become thumbnails", g.pictures},
		{"Uploads of which no thumbnail can be made", g.refusedUploads},
		{"Events that come twice, late, or for what is gone", g.unruly},
		{"Nobody may write thumbnails for a while", g.outage},
		{"Each thumbnail is named by an item, and none is left over", g.consistent},
	} {
		g.heading(act.heading)
		if err := act.play(ctx); err != nil {
			if ctx.Err() != nil {
				return errors.New("interrupted")
			}
			return fmt.Errorf("%s: %w", act.heading, err)
		}
	}
	g.printf("\nAll was as it had to be. The pictures are in %s. %.1f s\n", g.folder, time.Since(began).Seconds())
	return nil
}

// upload writes an object while the bus holds its events back, and returns its event.
func (g *gallery) upload(ctx context.Context, key string, data []byte) ([]byte, error) {
	events, err := g.held(func() error { return g.put(ctx, key, data) })
	if err == nil && len(events) != 1 {
		err = fmt.Errorf("the upload of %s made %d events, want 1", key, len(events))
	}
	if err != nil {
		return nil, err
	}
	return events[0], nil
}

func (g *gallery) put(ctx context.Context, key string, data []byte) error {
	g.printf("  PUT     %s/%s, %d bytes\n", uploads, key, len(data))
	bucket := uploads
	_, err := g.s3.PutObject(ctx, &s3.PutObjectInput{Bucket: &bucket, Key: &key, Body: bytes.NewReader(data)})
	return err
}

// held does something and returns the events of it, none of which the rule has seen.
func (g *gallery) held(do func() error) ([][]byte, error) {
	g.bus.hold()
	err := do()
	return g.bus.release(), err
}

// handled uploads a file, hands its event to the bus, and waits until the function is done with it.
func (g *gallery) handled(ctx context.Context, key string, data []byte, want images.Outcome) ([]byte, error) {
	event, err := g.upload(ctx, key, data)
	if err != nil {
		return nil, err
	}
	g.bus.put(event)
	return event, g.untilHandled(ctx, event, 1, want)
}

func (g *gallery) pictures(ctx context.Context) error {
	harbour, err := photo(1600, 1200, 0)
	if err != nil {
		return err
	}
	tower, err := sideways(1200, 1600, 90)
	if err != nil {
		return err
	}
	emblem, err := logo(600)
	if err != nil {
		return err
	}
	for _, upload := range []struct {
		key                   string
		data                  []byte
		width, height         int // of the picture
		smallWidth, smallHigh int
	}{
		{"holiday/harbour.jpg", harbour, 1600, 1200, 256, 192},
		{"holiday/on its side+1.jpg", tower, 1200, 1600, 192, 256},
		{"LOGO.PNG", emblem, 600, 600, 256, 256},
	} {
		if _, err := g.handled(ctx, upload.key, upload.data, images.Made); err != nil {
			return err
		}
		known, err := g.known(ctx, upload.key, images.Ready)
		if err != nil {
			return err
		}
		if known.Width != upload.width || known.Height != upload.height ||
			known.ThumbnailWidth != upload.smallWidth || known.ThumbnailHeight != upload.smallHigh {
			return fmt.Errorf("%s: the table has %d x %d and a thumbnail of %d x %d", upload.key,
				known.Width, known.Height, known.ThumbnailWidth, known.ThumbnailHeight)
		}
		if err := g.check(ctx, known, upload.data); err != nil {
			return fmt.Errorf("%s: %w", upload.key, err)
		}
	}
	if err := g.put(ctx, "holiday/notes.txt", []byte("The harbour at noon.\n")); err != nil {
		return err
	}
	if !g.bus.notMatched(uploads + "/holiday/notes.txt") {
		return errors.New("the rule let a text file through")
	}
	return nil
}

// known reads what the table has of an upload.
func (g *gallery) known(ctx context.Context, key string, status images.Status) (images.Image, error) {
	known, err := g.store.Images.Get(ctx, images.Image{Bucket: uploads, Key: key}, singletable.Consistent())
	if err == nil && known.Status != status {
		err = fmt.Errorf("%s is %s, want %s", key, known.Status, status)
	}
	return known, err
}

// check looks at the thumbnail that the table names, and shows both pictures to whoever wants to see them.
func (g *gallery) check(ctx context.Context, known images.Image, original []byte) error {
	thumbnail, out, err := g.object(ctx, thumbnails, known.Thumbnail)
	if err != nil {
		return err
	}
	config, format, err := image.DecodeConfig(bytes.NewReader(thumbnail))
	if err != nil {
		return fmt.Errorf("the thumbnail: %w", err)
	}
	if config.Width != known.ThumbnailWidth || config.Height != known.ThumbnailHeight || format != known.Format ||
		out.ContentType == nil || *out.ContentType != "image/"+format {
		return fmt.Errorf("the thumbnail is a %s of %d x %d, which the table does not say", format, config.Width, config.Height)
	}
	g.printf("  READY   %s: %s of %d x %d, thumbnail of %d x %d and %d bytes\n", known.Key, known.Format, known.Width, known.Height,
		known.ThumbnailWidth, known.ThumbnailHeight, len(thumbnail))
	name := path.Base(known.Key)
	extension := path.Ext(name)
	small := strings.TrimSuffix(name, extension) + ".thumbnail" + extension
	return errors.Join(g.show(name, original), g.show(small, thumbnail))
}

func (g *gallery) refusedUploads(ctx context.Context) error {
	exploding, err := bomb(20_000)
	if err != nil {
		return err
	}
	for _, upload := range []struct {
		key    string
		data   []byte
		reason string
	}{
		{"bomb.png", exploding, "400000000"},
		{"letter.jpg", []byte("Dear reader, this is no picture."), "neither JPEG nor PNG"},
	} {
		event, err := g.handled(ctx, upload.key, upload.data, images.Rejected)
		if err != nil {
			return err
		}
		known, err := g.known(ctx, upload.key, images.Refused)
		if err != nil {
			return err
		}
		if !strings.Contains(known.Reason, upload.reason) {
			return fmt.Errorf("%s was refused because %s", upload.key, known.Reason)
		}
		if n := g.async.tried(aboutOf(event).id); n != 1 {
			return fmt.Errorf("%s was tried %d times, want 1", upload.key, n)
		}
	}
	return nil
}

func (g *gallery) unruly(ctx context.Context) error {
	first, err := photo(800, 600, 60)
	if err != nil {
		return err
	}
	second, err := photo(600, 800, 120)
	if err != nil {
		return err
	}

	g.printf("  -- the same event twice\n")
	event, err := g.handled(ctx, "beach.jpg", first, images.Made)
	if err != nil {
		return err
	}
	written := g.objects.written(thumbnails)
	g.bus.put(event)
	if err := g.untilHandled(ctx, event, 2, images.Made); err != nil { // the answer of the first time
		return err
	}
	if n := g.objects.written(thumbnails) - written; n != 0 {
		return fmt.Errorf("the second delivery wrote %d thumbnails, want none", n)
	}

	g.printf("  -- two uploads of one key, the later event first\n")
	events, err := g.held(func() error { return errors.Join(g.put(ctx, "beach.jpg", first), g.put(ctx, "beach.jpg", second)) })
	if err != nil {
		return err
	}
	if err := g.inTurn(ctx, events, []int{1, 0}, []images.Outcome{images.Made, images.Stale}); err != nil {
		return err
	}
	known, err := g.known(ctx, "beach.jpg", images.Ready)
	if err != nil {
		return err
	}
	if known.Width != 600 || known.Height != 800 {
		return fmt.Errorf("the table tells of the picture of %d x %d, which is not the later one", known.Width, known.Height)
	}
	if err := g.check(ctx, known, second); err != nil {
		return err
	}

	g.printf("  -- two uploads of one key, both there before the first event\n")
	events, err = g.held(func() error { return errors.Join(g.put(ctx, "beach.jpg", second), g.put(ctx, "beach.jpg", first)) })
	if err != nil {
		return err
	}
	if err := g.inTurn(ctx, events, []int{0, 1}, []images.Outcome{images.Superseded, images.Made}); err != nil {
		return err
	}

	g.printf("  -- an upload that is deleted before its event comes\n")
	events, err = g.held(func() error {
		bucket, key := uploads, "gone.jpg"
		err := g.put(ctx, key, first)
		if err == nil {
			_, err = g.s3.DeleteObject(ctx, &s3.DeleteObjectInput{Bucket: &bucket, Key: &key})
		}
		return err
	})
	if err != nil {
		return err
	}
	if err := g.inTurn(ctx, events, []int{0}, []images.Outcome{images.Gone}); err != nil {
		return err
	}
	g.bus.put(events[1]) // of the deletion
	if !g.bus.notMatched(uploads + "/gone.jpg") {
		return errors.New("the rule let a deletion through")
	}
	return nil
}

// inTurn hands over the events of the given numbers, each when the one before is done with.
func (g *gallery) inTurn(ctx context.Context, events [][]byte, order []int, want []images.Outcome) error {
	if len(events) < len(order) {
		return fmt.Errorf("there are %d events, want %d", len(events), len(order))
	}
	for i, n := range order {
		g.bus.put(events[n])
		if err := g.untilHandled(ctx, events[n], 1, want[i]); err != nil {
			return err
		}
	}
	return nil
}

// outage takes the permission to write thumbnails away, sees the event on the failures' queue, and brings it back from there.
func (g *gallery) outage(ctx context.Context) error {
	picture, err := photo(1000, 500, 30)
	if err != nil {
		return err
	}
	event, err := g.upload(ctx, "dunes.jpg", picture)
	if err != nil {
		return err
	}
	g.objects.deny(thumbnails)
	g.bus.put(event)
	var records []string
	err = g.until(ctx, "the event is on the queue for failures", func() (bool, error) {
		messages, err := g.failed.Receive(ctx, 1, time.Second)
		for _, m := range messages {
			records = append(records, m.Body)
			err = errors.Join(err, g.failed.Delete(ctx, []string{m.ReceiptHandle}))
		}
		return len(records) > 0, err
	})
	g.objects.deny("")
	if err != nil {
		return err
	}
	g.printf("  failed  %s\n", g.oneLine(records[0]))
	if n := g.async.tried(aboutOf(event).id); n != maxAttempts {
		return fmt.Errorf("the event was tried %d times, want %d", n, maxAttempts)
	}
	items, err := eventbridge.Unwrap([]byte(records[0]))
	if err != nil {
		return err
	}
	if len(items) != 1 || items[0].Err != nil || aboutOf(items[0].Event).id != aboutOf(event).id {
		return errors.New("the record does not hold the event that failed")
	}
	g.printf("  -- the permission is back, and so is the event\n")
	g.async.accept(items[0].Event)
	if err := g.untilHandled(ctx, event, 1, images.Made); err != nil {
		return err
	}
	known, err := g.known(ctx, "dunes.jpg", images.Ready)
	if err != nil {
		return err
	}
	return g.check(ctx, known, picture)
}

// consistent compares the table with the bucket, and sees that no thumbnail has started the function.
func (g *gallery) consistent(ctx context.Context) error {
	named := map[string]bool{}
	ready := 0
	for known, err := range g.store.Images.Scan(ctx, singletable.Consistent()) {
		if err != nil {
			return err
		}
		g.printf("  %-8s %-28s %s%s\n", known.Status, known.Key, known.Reason, known.Thumbnail)
		if known.Status == images.Ready {
			named[known.Thumbnail] = true
			ready++
		}
	}
	keys, err := g.keys(ctx, thumbnails)
	if err != nil {
		return err
	}
	if want := slices.Sorted(maps.Keys(named)); ready != 5 || !slices.Equal(keys, want) {
		return fmt.Errorf("the bucket holds the thumbnails %v, and the table names %v", keys, want)
	}
	for _, key := range keys {
		if !g.bus.notMatched(thumbnails + "/" + key) {
			return fmt.Errorf("the rule let the event of the thumbnail %s through", key)
		}
	}
	return nil
}
