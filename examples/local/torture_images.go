package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	ddb "github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/lambdapatterns/lambdapatterns/examples/images"
)

// uploaders write pictures again and again under a few keys each, and know which was the last. Events come late, twice and in any
// order, and some of them not at all: EventBridge gives them up, to the rule's dead-letter queue.
type uploaders struct {
	*gallery
	pictures    [][]byte
	undelivered queue          // the rule's dead-letter queue
	delayed     sync.WaitGroup // events on their way

	mu       sync.Mutex
	last     map[string]upload // by key
	made     int
	lost     []error // what could not be sent to the dead-letter queue
	redriven map[string]int
}

// upload is what was uploaded last under a key.
type upload struct {
	etag    string
	picture []byte
}

func openUploaders(ctx context.Context, s *stack) (*uploaders, error) {
	g, err := openGallery(ctx, s)
	if err != nil {
		return nil, err
	}
	u := &uploaders{gallery: g, last: map[string]upload{}, redriven: map[string]int{}}
	if u.undelivered, err = g.createQueue(ctx, "images-undelivered"+g.suffix, nil); err != nil {
		return nil, err
	}
	for hue := range 16 {
		picture, err := photo(240, 180, uint8(8*hue))
		if err != nil {
			return nil, err
		}
		u.pictures = append(u.pictures, picture)
	}
	g.async.pause = s.options.weather.retryPause()
	g.bus.target = func(event []byte) {
		times := 1
		if s.options.weather.strikes("bus: events twice") {
			times = 2
		}
		for range times {
			u.delayed.Go(func() {
				time.Sleep(rand.N(500 * time.Millisecond))
				if !s.options.weather.strikes("bus: events not delivered") {
					g.async.accept(event)
				} else if _, err := u.undelivered.send(context.WithoutCancel(ctx), string(event)); err != nil {
					u.mu.Lock()
					defer u.mu.Unlock()
					u.lost = append(u.lost, err)
				}
			})
		}
	}
	return u, nil
}

// run uploads until load ends.
func (u *uploaders) run(load context.Context, number int) error {
	random := rand.New(rand.NewPCG(u.options.seed, uint64(number)+10_000))
	for load.Err() == nil {
		key := fmt.Sprintf("pictures/%d/%d.jpg", number, random.IntN(4))
		picture := u.pictures[random.IntN(len(u.pictures))]
		out, err := u.s3.PutObject(context.WithoutCancel(load), &s3.PutObjectInput{
			Bucket: aws.String(uploads), Key: &key, Body: bytes.NewReader(picture),
		})
		if err != nil {
			return err
		}
		u.mu.Lock()
		u.last[key] = upload{strings.Trim(aws.ToString(out.ETag), `"`), picture}
		u.made++
		u.mu.Unlock()
		time.Sleep(time.Duration(random.IntN(400)) * time.Millisecond)
	}
	return nil
}

// ended waits until all events have ended, those too that were not delivered or failed three times: they are taken from the rule's
// dead-letter queue and the function's on-failure destination and handed in again, as who looks after the service would.
func (u *uploaders) ended(ctx context.Context) error {
	for round := 0; ; round++ {
		u.delayed.Wait()
		u.async.running.Wait()
		undelivered, err := u.undelivered.all(ctx)
		if err != nil {
			return err
		}
		failed, err := u.failed.all(ctx)
		if err != nil || len(undelivered)+len(failed) == 0 {
			return errors.Join(append(u.lost, err)...)
		}
		if round == 5 {
			return fmt.Errorf("%d events fail in fair weather, or are not delivered: %s", len(undelivered)+len(failed), append(failed, undelivered...)[0].Body)
		}
		for _, m := range undelivered {
			if err := u.redrive(ctx, u.undelivered, m, "not delivered", []byte(m.Body)); err != nil {
				return err
			}
		}
		for _, m := range failed {
			var record struct {
				Event json.RawMessage `json:"requestPayload"`
			}
			if err := json.Unmarshal([]byte(m.Body), &record); err != nil {
				return err
			}
			if err := u.redrive(ctx, u.failed, m, "failed", record.Event); err != nil {
				return err
			}
		}
	}
}

// redrive takes a message from a queue and hands its event in again.
func (u *uploaders) redrive(ctx context.Context, from queue, m events.SQSMessage, why string, event []byte) error {
	if err := from.Delete(ctx, []string{m.ReceiptHandle}); err != nil {
		return err
	}
	u.redriven[why]++
	u.async.accept(event)
	return nil
}

// examine checks that the table tells of the last upload under each key, and that its thumbnail is there and shows that picture.
func (u *uploaders) examine(ctx context.Context) (string, error) {
	f := &faults{}
	items, named := map[string]map[string]string{}, map[string]bool{}
	pages := dynamodb.NewScanPaginator(u.db, &dynamodb.ScanInput{TableName: aws.String("images" + u.suffix), ConsistentRead: aws.Bool(true)})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return "", err
		}
		for _, it := range page.Items {
			row := map[string]string{}
			for name, v := range it {
				if text, ok := v.(*ddb.AttributeValueMemberS); ok {
					row[name] = text.Value
				}
			}
			if row["_type"] == "Image" {
				items[row["key"]] = row
				named[row["thumbnail"]] = true
			}
		}
	}
	checkPictures(items, u.last, func(key string) ([]byte, error) {
		data, _, err := u.object(ctx, thumbnails, key)
		return data, err
	}, f)
	there, err := u.keys(ctx, thumbnails)
	if err != nil {
		return "", err
	}
	left := 0
	for _, key := range there {
		if !named[key] {
			left++
		}
	}
	return fmt.Sprintf("  %6d  uploads under %d keys, of each the last one with its thumbnail\n  %6d  events that failed three times, and %d that were not delivered, handed in again\n"+
		"  %6d  events whose lock was lost to another try, because their process stood still\n"+
		"  %6d  thumbnails left over, by processes that were killed before they deleted them\n",
		u.made, len(u.last), u.redriven["failed"], u.redriven["not delivered"], u.options.weather.planted.lost(), left), errors.Join(f.errs...)
}

// checkPictures holds the table's items and the thumbnails that they name against the last uploads.
func checkPictures(items map[string]map[string]string, last map[string]upload, thumbnail func(key string) ([]byte, error), f *faults) {
	for key, up := range last {
		row := items[key]
		if row["etag"] != up.etag || row["status"] != "ready" {
			f.addf("%s: the table has the upload %s, %s, and the last one was %s", key, row["etag"], row["status"], up.etag)
			continue
		}
		want, err := images.MakeThumbnail(up.picture, images.Limits{})
		if err != nil {
			f.addf("%s: %w", key, err)
			continue
		}
		data, err := thumbnail(row["thumbnail"])
		switch {
		case err != nil:
			f.addf("%s: its thumbnail: %w", key, err)
		case !bytes.Equal(data, want.Data):
			f.addf("%s: its thumbnail is of another picture, or damaged", key)
		}
	}
	if len(items) != len(last) {
		f.addf("the table has %d pictures, and %d were uploaded", len(items), len(last))
	}
}
