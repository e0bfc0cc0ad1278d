package main

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/png"
	"io"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"github.com/lambdapatterns/lambdapatterns/eventbridge"
	"github.com/lambdapatterns/lambdapatterns/eventbridge/pattern"
	"github.com/lambdapatterns/lambdapatterns/eventbridge/s3event"
)

// openStore returns an object store with a client, and what it has told so far.
func openStore(t *testing.T) (*objectStore, *s3.Client, *[]string) {
	t.Helper()
	var told []string
	store, err := newObjectStore(func(event []byte) {
		changes, err := s3event.DecodeChanges(event)
		if err != nil {
			t.Error(err)
			return
		}
		for _, c := range changes {
			told = append(told, fmt.Sprintf("%s %s/%s %s %d", c.Kind, c.Bucket, c.Key, c.Reason, c.Size))
		}
	}, "a", "b")
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(store)
	t.Cleanup(server.Close)
	return store, s3At(server.URL), &told
}

func TestObjectStoreTellsEachChange(t *testing.T) {
	t.Parallel()
	_, client, told := openStore(t)
	ctx := t.Context()
	put := func(bucket, key, body string) {
		t.Helper()
		if _, err := client.PutObject(ctx, &s3.PutObjectInput{Bucket: &bucket, Key: &key, Body: strings.NewReader(body)}); err != nil {
			t.Fatal(err)
		}
	}
	put("a", "x y+z.jpg", "one")
	put("a", "second", "four")
	if _, err := client.CopyObject(ctx, &s3.CopyObjectInput{Bucket: aws.String("b"), Key: aws.String("copy"), CopySource: aws.String("a/second")}); err != nil {
		t.Fatal(err)
	}
	if _, err := client.DeleteObject(ctx, &s3.DeleteObjectInput{Bucket: aws.String("a"), Key: aws.String("second")}); err != nil {
		t.Fatal(err)
	}
	if _, err := client.DeleteObjects(ctx, &s3.DeleteObjectsInput{Bucket: aws.String("b"), Delete: &types.Delete{
		Objects: []types.ObjectIdentifier{{Key: aws.String("copy")}},
	}}); err != nil {
		t.Fatal(err)
	}
	want := []string{
		"Object Created a/x y+z.jpg PutObject 3", "Object Created a/second PutObject 4", "Object Created b/copy CopyObject 4",
		"Object Deleted a/second DeleteObject 0", "Object Deleted b/copy DeleteObject 0",
	}
	if !slices.Equal(*told, want) {
		t.Errorf("got %q\nwant %q", *told, want)
	}
}

// A table that outlives the store must not take a new store's events for those that it has seen.
func TestEventsOfTwoStoresDiffer(t *testing.T) {
	t.Parallel()
	began := time.Now().Truncate(time.Second)
	ids, requests := map[string]bool{}, map[string]bool{}
	var newest s3event.Sequencer
	for range 2 {
		store, err := newObjectStore(func(data []byte) {
			e, err := eventbridge.Decode[s3event.ObjectCreated](data)
			if err != nil {
				t.Error(err)
			}
			if ids[e.ID] || requests[e.Detail.RequestID] || e.Detail.Object.Sequencer.Compare(newest) <= 0 {
				t.Errorf("event %s, request %s or sequencer %s is not new", e.ID, e.Detail.RequestID, e.Detail.Object.Sequencer)
			}
			if e.Time.Before(began) || e.Time.After(time.Now()) {
				t.Errorf("the event is of %v, and the test began at %v", e.Time, began)
			}
			ids[e.ID], requests[e.Detail.RequestID], newest = true, true, e.Detail.Object.Sequencer
		}, "a")
		if err != nil {
			t.Fatal(err)
		}
		for range 100 {
			if _, err := store.PutObject("a", "k", nil, strings.NewReader("x"), 1, nil); err != nil {
				t.Fatal(err)
			}
		}
	}
	if len(ids) != 200 {
		t.Errorf("%d events, want 200", len(ids))
	}
}

func TestObjectStoreDenies(t *testing.T) {
	t.Parallel()
	store, client, told := openStore(t)
	put := func(ctx context.Context, bucket string) error {
		_, err := client.PutObject(ctx, &s3.PutObjectInput{Bucket: &bucket, Key: aws.String("k"), Body: strings.NewReader("x")})
		return err
	}
	store.deny("b")
	if err := put(t.Context(), "b"); err == nil || !strings.Contains(err.Error(), "AccessDenied") {
		t.Errorf("a write to a denied bucket: %v", err)
	}
	if err := put(t.Context(), "a"); err != nil {
		t.Error(err)
	}
	store.deny("")
	if err := put(t.Context(), "b"); err != nil {
		t.Error(err)
	}
	if len(*told) != 2 || store.written("b") != 1 {
		t.Errorf("told %q, %d written to b; want 2 and 1", *told, store.written("b"))
	}
}

func TestBusHoldsAndLeavesOut(t *testing.T) {
	t.Parallel()
	var got []string
	b := &bus{
		story: &printer{w: io.Discard}, name: "rule", rule: pattern.Must(pattern.New(pattern.Field("detail.object.key", pattern.Suffix(".jpg")))),
		target: func(event []byte) { got = append(got, aboutOf(event).object()) },
	}
	event := func(key string) []byte {
		return fmt.Appendf(nil, `{"id":"1","source":"aws.s3","detail-type":"Object Created","detail":{"bucket":{"name":"b"},"object":{"key":%q}}}`, key)
	}
	b.hold()
	b.put(event("1.jpg"))
	b.put(event("2.txt"))
	if len(got) != 0 || b.notMatched("b/2.txt") {
		t.Errorf("events passed while they were held: %q", got)
	}
	for _, e := range b.release() {
		b.put(e)
	}
	b.put(event("3.jpg"))
	if want := []string{"b/1.jpg", "b/3.jpg"}; !slices.Equal(got, want) || !b.notMatched("b/2.txt") || b.notMatched("b/1.jpg") {
		t.Errorf("got %q, want %q", got, want)
	}
}

// The bomb must be one that a decoder would open, or the story's refusal proves little.
func TestBombIsAWholePicture(t *testing.T) {
	t.Parallel()
	data, err := bomb(100)
	if err != nil {
		t.Fatal(err)
	}
	m, err := png.Decode(bytes.NewReader(data))
	if err != nil || m.Bounds() != image.Rect(0, 0, 100, 100) {
		t.Errorf("got %v, %v", m.Bounds(), err)
	}
}
