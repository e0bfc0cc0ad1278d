package images_test

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"net/http/httptest"
	"slices"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/johannesboyne/gofakes3"
	"github.com/johannesboyne/gofakes3/backend/s3mem"

	"github.com/lambdapatterns/lambdapatterns/eventbridge"
	"github.com/lambdapatterns/lambdapatterns/eventbridge/eventbridgetest"
	"github.com/lambdapatterns/lambdapatterns/eventbridge/s3event"
	"github.com/lambdapatterns/lambdapatterns/examples/images"
	"github.com/lambdapatterns/lambdapatterns/singletable"
	"github.com/lambdapatterns/lambdapatterns/singletable/idempotency"
	"github.com/lambdapatterns/lambdapatterns/singletable/singletabletest"
)

type event = eventbridge.Event[s3event.ObjectCreated]

// service is the whole service in one process: S3 and the table are in memory, and both are reached over their protocols.
type service struct {
	t      *testing.T
	client *s3.Client
	faults *faulty
	bucket *eventbridgetest.Bucket
	store  *images.Store
	db     *dynamodb.Client
	log    bytes.Buffer
	*images.Thumbnailer
}

func newService(t *testing.T, limits images.Limits) *service {
	t.Helper()
	backend := s3mem.New()
	for _, name := range []string{"uploads", "thumbs"} {
		if err := backend.CreateBucket(name); err != nil {
			t.Fatal(err)
		}
	}
	server := httptest.NewServer(gofakes3.New(backend).Server())
	t.Cleanup(server.Close)
	s := &service{t: t, bucket: eventbridgetest.NewBucket("uploads")}
	s.client = s3.New(s3.Options{
		Region: "us-east-1", BaseEndpoint: &server.URL, UsePathStyle: true,
		Credentials: credentials.NewStaticCredentialsProvider("test", "test", ""),
	})
	s.faults = &faulty{Objects: s.client}

	s.db = new(singletabletest.Engine).Client()
	table := images.NewTable(s.db, "images")
	if _, err := s.db.CreateTable(t.Context(), table.CreateTableInput()); err != nil {
		t.Fatal(err)
	}
	var err error
	if s.store, err = images.NewStore(table); err != nil {
		t.Fatal(err)
	}
	s.Thumbnailer, err = images.New(images.Config{
		Store: s.store, Objects: s.faults, Once: idempotency.New(s.db, "images"), Uploads: "uploads", Thumbnails: "thumbs",
		Limits: limits, Log: slog.New(slog.NewJSONHandler(&s.log, nil)),
	})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// forgetful returns a Thumbnailer on the same table and buckets that remembers no event, as after the time of the records.
func (s *service) forgetful() *images.Thumbnailer {
	s.t.Helper()
	if _, err := s.db.CreateTable(s.t.Context(), images.NewTable(s.db, "records").CreateTableInput()); err != nil {
		s.t.Fatal(err)
	}
	cfg := s.Config
	cfg.Once = idempotency.New(s.db, "records")
	other, err := images.New(cfg)
	if err != nil {
		s.t.Fatal(err)
	}
	return other
}

// faulty is an S3 client that can be made to fail, and counts.
type faulty struct {
	images.Objects
	mu        sync.Mutex
	get       func(*s3.GetObjectOutput) // changes what a read returns
	put       error                     // what writes fail with
	afterPut  func()                    // is called once, after the next write
	writes    int
	deletions int
	deletion  error
}

func (f *faulty) GetObject(ctx context.Context, in *s3.GetObjectInput, opts ...func(*s3.Options)) (*s3.GetObjectOutput, error) {
	out, err := f.Objects.GetObject(ctx, in, opts...)
	if err == nil && f.get != nil {
		f.get(out)
	}
	return out, err
}

func (f *faulty) PutObject(ctx context.Context, in *s3.PutObjectInput, opts ...func(*s3.Options)) (*s3.PutObjectOutput, error) {
	f.mu.Lock()
	f.writes++
	err, then := f.put, f.afterPut
	f.afterPut = nil
	f.mu.Unlock()
	if err != nil {
		return nil, err
	}
	out, err := f.Objects.PutObject(ctx, in, opts...)
	if then != nil {
		then()
	}
	return out, err
}

func (f *faulty) DeleteObject(ctx context.Context, in *s3.DeleteObjectInput, opts ...func(*s3.Options)) (*s3.DeleteObjectOutput, error) {
	f.mu.Lock()
	f.deletions++
	err := f.deletion
	f.mu.Unlock()
	if err != nil {
		return nil, err
	}
	return f.Objects.DeleteObject(ctx, in, opts...)
}

// upload writes a file and returns its event.
func (s *service) upload(key string, file []byte) event {
	s.t.Helper()
	out, err := s.client.PutObject(s.t.Context(), &s3.PutObjectInput{Bucket: aws.String("uploads"), Key: &key, Body: bytes.NewReader(file)})
	if err != nil {
		s.t.Fatal(err)
	}
	return eventbridgetest.Must(eventbridgetest.Event(s.bucket, key, func(d *s3event.ObjectCreated) {
		d.Object.Size, d.Object.ETag = int64(len(file)), aws.ToString(out.ETag)[1:33]
	}))
}

func (s *service) handle(e event) {
	s.t.Helper()
	if err := s.Handle(s.t.Context(), e); err != nil {
		s.t.Fatal(err)
	}
}

// outcome handles an event and returns what the log says of it.
func (s *service) outcome(e event) images.Outcome {
	s.t.Helper()
	s.log.Reset()
	s.handle(e)
	for _, o := range []images.Outcome{images.Made, images.Known, images.Stale, images.Superseded, images.Gone, images.Rejected} {
		if bytes.Contains(s.log.Bytes(), fmt.Appendf(nil, `"outcome":%q`, o)) {
			return o
		}
	}
	s.t.Fatalf("the log has no outcome: %s", s.log.String())
	return ""
}

// known returns what the table has of an upload.
func (s *service) known(key string) images.Image {
	s.t.Helper()
	known, err := s.store.Images.Get(s.t.Context(), images.Image{Bucket: "uploads", Key: key}, singletable.Consistent())
	if err != nil {
		s.t.Fatal(err)
	}
	return known
}

// consistent compares the thumbnails that are there with those that the table names.
func (s *service) consistent() {
	s.t.Helper()
	list, err := s.client.ListObjectsV2(s.t.Context(), &s3.ListObjectsV2Input{Bucket: aws.String("thumbs")})
	if err != nil {
		s.t.Fatal(err)
	}
	var there, named []string
	for _, o := range list.Contents {
		there = append(there, *o.Key)
	}
	for known, err := range s.store.Images.Scan(s.t.Context(), singletable.Consistent()) {
		if err != nil {
			s.t.Fatal(err)
		}
		if known.Thumbnail != "" {
			named = append(named, known.Thumbnail)
		}
	}
	slices.Sort(named)
	if !slices.Equal(there, named) {
		s.t.Errorf("the bucket has %q, and the table names %q", there, named)
	}
}
