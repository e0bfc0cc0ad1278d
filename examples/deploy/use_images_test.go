package deploy

import (
	"bytes"
	"errors"
	"image"
	"image/jpeg"
	"log/slog"
	"net/http/httptest"
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
	"github.com/lambdapatterns/lambdapatterns/singletable/idempotency"
	"github.com/lambdapatterns/lambdapatterns/singletable/singletabletest"
)

// useThumbnailer handles an upload, the next one under its key, one that is no picture, one that is gone, and one that fails.
func useThumbnailer(t *testing.T, r *recorder) {
	const uploads, thumbnails = "upload", "thumbnail"
	backend := s3mem.New()
	must(t, backend.CreateBucket(uploads))
	must(t, backend.CreateBucket(thumbnails))
	server := httptest.NewServer(gofakes3.New(backend).Server())
	t.Cleanup(server.Close)
	client := s3.New(s3.Options{
		Region: "us-east-1", BaseEndpoint: &server.URL, UsePathStyle: true,
		Credentials: credentials.NewStaticCredentialsProvider("test", "test", ""),
	})
	watched := s3.New(client.Options(), func(o *s3.Options) { o.APIOptions = append(o.APIOptions, r.watch) })

	engine := new(singletabletest.Engine)
	_, err := engine.Client().CreateTable(t.Context(), images.NewTable(engine.Client(), "images").CreateTableInput())
	must(t, err)
	db := engine.Client(func(o *dynamodb.Options) { o.APIOptions = append(o.APIOptions, r.watch) })
	store, err := images.NewStore(images.NewTable(db, "images"))
	must(t, err)
	thumbnailer, err := images.New(images.Config{
		Store: store, Objects: watched, Once: idempotency.New(db, "images"), Uploads: uploads, Thumbnails: thumbnails,
		Log: slog.New(slog.DiscardHandler),
	})
	must(t, err)

	var picture bytes.Buffer
	must(t, jpeg.Encode(&picture, image.NewRGBA(image.Rect(0, 0, 20, 10)), nil))
	bucket := eventbridgetest.NewBucket(uploads)
	event := func(file []byte, in *eventbridgetest.Bucket) eventbridge.Event[s3event.ObjectCreated] {
		etag := ""
		if file != nil {
			out, err := client.PutObject(t.Context(), &s3.PutObjectInput{Bucket: aws.String(uploads), Key: aws.String("cat.jpg"), Body: bytes.NewReader(file)})
			must(t, err)
			etag = aws.ToString(out.ETag)[1:33]
		}
		return eventbridgetest.Must(eventbridgetest.Event(in, "cat.jpg", func(d *s3event.ObjectCreated) {
			if d.Object.Size = int64(len(file)); etag != "" {
				d.Object.ETag = etag
			}
		}))
	}
	for _, file := range [][]byte{picture.Bytes(), append(bytes.Clone(picture.Bytes()), 0), []byte("no picture"), nil} {
		must(t, thumbnailer.Handle(t.Context(), event(file, bucket)))
	}
	// Of a bucket that is not the uploads': an error, and the event is forgotten so that it can come again.
	err = thumbnailer.Handle(t.Context(), event(nil, eventbridgetest.NewBucket("other")))
	if _, ok := errors.AsType[*images.EventError](err); !ok {
		t.Errorf("an event that fails: %v", err)
	}
}
