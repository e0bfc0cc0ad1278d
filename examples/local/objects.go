package main

import (
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/johannesboyne/gofakes3"
	"github.com/johannesboyne/gofakes3/backend/s3mem"

	"github.com/lambdapatterns/lambdapatterns/eventbridge"
	"github.com/lambdapatterns/lambdapatterns/eventbridge/eventbridgetest"
	"github.com/lambdapatterns/lambdapatterns/eventbridge/s3event"
)

// objectStore is S3 in memory, with EventBridge switched on for each of its buckets: an object that is written, copied or
// deleted makes an event. An upload in parts counts as a PutObject. It has no versioning, and asks nobody who he is.
type objectStore struct {
	gofakes3.Backend
	http   http.Handler
	events func(event []byte)

	mu      sync.Mutex // held while an object changes, so that the sequencers are in the order of the changes
	last    int64      // sequencer
	buckets map[string]*eventbridgetest.Bucket
	writes  map[string]int // by bucket
	denied  string         // a bucket that nobody may write to
}

// newObjectStore makes a store with buckets. It calls events in the order of the changes to its objects; events must not block.
func newObjectStore(events func(event []byte), buckets ...string) (*objectStore, error) {
	s := &objectStore{
		Backend: s3mem.New(), events: events, buckets: map[string]*eventbridgetest.Bucket{}, writes: map[string]int{},
	}
	for _, name := range buckets {
		if err := s.CreateBucket(name); err != nil {
			return nil, fmt.Errorf("create bucket %s: %w", name, err)
		}
	}
	s.http = gofakes3.New(s, gofakes3.WithTimeSkewLimit(0)).Server()
	return s, nil
}

// deny takes the permission to write to a bucket from everybody; "" gives it back.
func (s *objectStore) deny(bucket string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.denied = bucket
}

// written is how many objects were written to a bucket.
func (s *objectStore) written(bucket string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.writes[bucket]
}

func (s *objectStore) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	denied := s.denied
	s.mu.Unlock()
	bucket, _, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
	if denied != "" && bucket == denied && r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Content-Type", "application/xml")
		w.WriteHeader(http.StatusForbidden)
		_, _ = io.WriteString(w, `<?xml version="1.0" encoding="UTF-8"?><Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>`)
		return
	}
	s.http.ServeHTTP(w, r)
}

// CreateBucket is what a client of the store can ask for, too.
func (s *objectStore) CreateBucket(name string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	err := s.Backend.CreateBucket(name)
	if err == nil {
		s.buckets[name] = eventbridgetest.NewBucket(name, eventbridgetest.InRegion(region))
	}
	return err
}

// PutObject, CopyObject, DeleteObject and DeleteMulti are the calls of gofakes3's that change objects.

func (s *objectStore) PutObject(bucket, key string, meta map[string]string, input io.Reader, size int64, conditions *gofakes3.PutConditions) (gofakes3.PutObjectResult, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	result, err := s.Backend.PutObject(bucket, key, meta, input, size, conditions)
	if err == nil {
		err = s.created(bucket, key, s3event.ReasonPutObject)
	}
	return result, err
}

func (s *objectStore) CopyObject(fromBucket, fromKey, bucket, key string, meta map[string]string) (gofakes3.CopyObjectResult, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	result, err := s.Backend.CopyObject(fromBucket, fromKey, bucket, key, meta)
	if err == nil {
		err = s.created(bucket, key, s3event.ReasonCopyObject)
	}
	return result, err
}

func (s *objectStore) DeleteObject(bucket, key string) (gofakes3.ObjectDeleteResult, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	result, err := s.Backend.DeleteObject(bucket, key)
	if err == nil {
		err = s.deleted(bucket, key)
	}
	return result, err
}

func (s *objectStore) DeleteMulti(bucket string, keys ...string) (gofakes3.MultiDeleteResult, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	result, err := s.Backend.DeleteMulti(bucket, keys...)
	for _, object := range result.Deleted {
		if err == nil {
			err = s.deleted(bucket, object.Key)
		}
	}
	return result, err
}

func (s *objectStore) created(bucket, key string, reason string) error {
	s.writes[bucket]++
	object, err := s.HeadObject(bucket, key)
	if err != nil {
		return err
	}
	_ = object.Contents.Close() // of a HEAD there are none
	event, err := eventbridgetest.Event(s.buckets[bucket], key, func(d *s3event.ObjectCreated) {
		d.Reason, d.Object.Size, d.Object.ETag = reason, object.Size, hex.EncodeToString(object.Hash)
		s.mark(&d.Common, &d.Object.Sequencer)
	})
	return emit(s, event, err)
}

func (s *objectStore) deleted(bucket, key string) error {
	event, err := eventbridgetest.Event(s.buckets[bucket], key, func(d *s3event.ObjectDeleted) { s.mark(&d.Common, &d.Object.Sequencer) })
	return emit(s, event, err)
}

// mark gives a change a request and a sequencer that no other has, of this run or of one before: a table that outlives the store
// may know those. The caller holds the lock.
func (s *objectStore) mark(common *s3event.Common, sequencer *s3event.Sequencer) {
	s.last = max(s.last+1, time.Now().UnixNano())
	common.RequestID = rand.Text()[:16]
	*sequencer = s3event.Sequencer(fmt.Sprintf("%018X", s.last))
}

// emit tells of a change that is made now, under an id that no other event has.
func emit[D any](s *objectStore, event eventbridge.Event[D], err error) error {
	if err != nil {
		return err
	}
	event.Time, event.ID = time.Now().UTC().Truncate(time.Second), newID() // an event's time has whole seconds
	data, err := json.Marshal(event)
	if err == nil {
		s.events(data)
	}
	return err
}

// newID makes a random UUID, version 4.
func newID() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // it never fails
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}
