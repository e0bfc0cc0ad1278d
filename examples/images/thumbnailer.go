package images

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/lambdapatterns/lambdapatterns/eventbridge"
	"github.com/lambdapatterns/lambdapatterns/eventbridge/s3event"
	"github.com/lambdapatterns/lambdapatterns/singletable"
	"github.com/lambdapatterns/lambdapatterns/singletable/idempotency"
)

// Outcome is what became of an event.
type Outcome string

// The outcomes of events that are done with.
const (
	Made       Outcome = "made"       // the thumbnail is there, and the table says so
	Known      Outcome = "known"      // an earlier delivery of the same event did it
	Stale      Outcome = "stale"      // a later upload under the key was handled before
	Superseded Outcome = "superseded" // another upload lies under the key by now, and has an event of its own
	Gone       Outcome = "gone"       // the object was deleted
	Rejected   Outcome = "rejected"   // no thumbnail can be made; the table says why
)

// Config is what a [Thumbnailer] is made of. All but Limits must be set.
type Config struct {
	Store   *Store
	Objects Objects
	// Once keeps two deliveries of one event from being worked on at once. It may lie in the table of Store.
	Once *idempotency.Store
	// Uploads is the bucket that events must be of.
	Uploads string
	// Thumbnails is the bucket that is written to. It cannot be Uploads: each thumbnail would start the function again.
	Thumbnails string
	// Limits defaults to those of the type.
	Limits Limits
	Log    *slog.Logger
}

// Thumbnailer makes thumbnails of uploads. It is safe for concurrent use.
type Thumbnailer struct {
	Config
	once func(context.Context, eventbridge.Event[s3event.ObjectCreated]) (Outcome, error)
}

// New makes a Thumbnailer, or says which setting is wrong.
func New(cfg Config) (*Thumbnailer, error) {
	var err error
	switch {
	case cfg.Store == nil || cfg.Objects == nil || cfg.Once == nil || cfg.Log == nil:
		return nil, errors.New("images: Store, Objects, Once and Log are all needed")
	case cfg.Uploads == "" || cfg.Thumbnails == "":
		return nil, errors.New("images: a bucket has no name: are UPLOADS_BUCKET and THUMBNAILS_BUCKET set?")
	case cfg.Uploads == cfg.Thumbnails:
		return nil, fmt.Errorf("images: uploads and thumbnails both go to the bucket %s, so each thumbnail would start the function again: use two", cfg.Uploads)
	}
	if cfg.Limits, err = cfg.Limits.withDefaults(); err != nil {
		return nil, err
	}
	t := &Thumbnailer{Config: cfg}
	t.once = idempotency.Wrap(cfg.Once, "thumbnail", func(e eventbridge.Event[s3event.ObjectCreated]) string {
		return digest(e.Detail)
	}, t.work)
	return t, nil
}

// reserve is kept before the deadline, for what has to be written down after an event that took too long.
const reserve = time.Second

// Handle handles one event. It may be called again with the same event, at any point of an earlier call, and with events in any
// order: in the end the table tells of the latest upload, and its thumbnail is there.
//
// It returns nil for an event that is done with, in which of the ways of [Outcome] says the log. The error is an [*EventError]
// and means that it is worth another try: Lambda makes two more, and then hands the event to the function's on-failure
// destination.
func (t *Thumbnailer) Handle(ctx context.Context, e eventbridge.Event[s3event.ObjectCreated]) error {
	bucket, key := e.Detail.Bucket.Name, e.Detail.Object.Key
	outcome, err := t.once(ctx, e)
	if err != nil {
		return &EventError{ID: e.ID, Bucket: bucket, Key: key, Err: err}
	}
	t.Log.InfoContext(ctx, "event handled", "event_id", e.ID, "bucket", bucket, "key", key, "outcome", outcome)
	return nil
}

func (t *Thumbnailer) work(ctx context.Context, e eventbridge.Event[s3event.ObjectCreated]) (Outcome, error) {
	if deadline, ok := ctx.Deadline(); ok {
		var cancel context.CancelFunc
		ctx, cancel = context.WithDeadline(ctx, deadline.Add(-reserve))
		defer cancel()
	}
	d := e.Detail
	if d.Bucket.Name != t.Uploads {
		return "", fmt.Errorf("the event is of the bucket %s, and uploads are in %s: see the rule's pattern", d.Bucket.Name, t.Uploads)
	}
	image := Image{
		Bucket: d.Bucket.Name, Key: d.Object.Key, VersionID: d.Object.VersionID, ETag: d.Object.ETag, Size: d.Object.Size,
		Uploaded: e.Time.UTC(),
	}
	var err error
	if image.Sequencer, err = sortable(d.Object.Sequencer); err != nil {
		return "", err
	}
	// Spares the work for what is late. What decides is the condition on the write.
	switch known, err := t.Store.Images.Get(ctx, image, singletable.Consistent()); {
	case err == nil && known.Sequencer >= image.Sequencer:
		return lateness(known, image), nil
	case err != nil && !errors.Is(err, singletable.ErrNotFound):
		return "", err
	}

	thumbnail, err := t.make(ctx, d)
	switch {
	case errors.Is(err, errGone):
		return Gone, nil
	case errors.Is(err, errSuperseded):
		return Superseded, nil
	case errors.Is(err, ErrRefused):
		refused, _ := errors.AsType[*RefusedError](err)
		image.Status, image.Reason = Refused, refused.Reason
		t.Log.WarnContext(ctx, "upload refused", "bucket", image.Bucket, "key", image.Key, "reason", image.Reason)
		return t.keep(ctx, image, Rejected)
	case err != nil:
		return "", err
	}
	image.Status, image.Format, image.Thumbnail = Ready, thumbnail.Format, thumbnailKey(d, thumbnail.Format)
	image.Width, image.Height = thumbnail.SourceWidth, thumbnail.SourceHeight
	image.ThumbnailWidth, image.ThumbnailHeight = thumbnail.Width, thumbnail.Height
	// First the thumbnail and then the item, so that no item names a thumbnail that is not there.
	if err := write(ctx, t.Objects, t.Thumbnails, image.Thumbnail, thumbnail); err != nil {
		return "", err
	}
	return t.keep(ctx, image, Made)
}

func (t *Thumbnailer) make(ctx context.Context, d s3event.ObjectCreated) (Thumbnail, error) {
	file, err := read(ctx, t.Objects, d, t.Limits.Bytes)
	if err != nil {
		return Thumbnail{}, err
	}
	thumbnail, err := MakeThumbnail(file, t.Limits)
	if err == nil {
		err = ctx.Err() // neither decoding nor scaling looks at it
	}
	return thumbnail, err
}

// keep writes the item, and deletes the thumbnail that no item names any more: the one that it replaced, or its own if a later
// upload was faster.
func (t *Thumbnailer) keep(ctx context.Context, image Image, outcome Outcome) (Outcome, error) {
	replaced, found, err := t.Store.keep(ctx, image)
	if err != nil {
		return "", err
	}
	unused, kept := replaced.Thumbnail, image.Thumbnail
	if found != nil {
		outcome, unused, kept = lateness(*found, image), image.Thumbnail, found.Thumbnail
	}
	if unused == "" || unused == kept {
		return outcome, nil
	}
	if err := remove(ctx, t.Objects, t.Thumbnails, unused); err != nil {
		// It costs storage and harms nobody. Another try would find the event done with and not come here.
		t.Log.WarnContext(ctx, "an old thumbnail is left behind", "bucket", t.Thumbnails, "key", unused, "error", err)
	}
	return outcome, nil
}

// lateness tells the two kinds of events that come after what the table has.
func lateness(known, image Image) Outcome {
	if known.Sequencer == image.Sequencer {
		return Known
	}
	return Stale
}

// thumbnailKey is the same for each delivery of an event and different for every other upload, so that a late event cannot
// write over the thumbnail of a later one. Its length does not depend on the upload's.
func thumbnailKey(d s3event.ObjectCreated, format string) string {
	extension := ".jpg"
	if format == "png" {
		extension = ".png"
	}
	return "thumbnails/" + digest(d) + extension
}

func digest(d s3event.ObjectCreated) string {
	key := d.DedupeKey()
	if key == "" {
		return "" // refused by idempotency: nothing tells the event from others
	}
	sum := sha256.Sum256([]byte(key))
	return hex.EncodeToString(sum[:])
}
