package images

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/smithy-go"

	"github.com/lambdapatterns/lambdapatterns/eventbridge/s3event"
)

// Objects is what the service needs of an S3 client.
type Objects interface {
	GetObject(context.Context, *s3.GetObjectInput, ...func(*s3.Options)) (*s3.GetObjectOutput, error)
	PutObject(context.Context, *s3.PutObjectInput, ...func(*s3.Options)) (*s3.PutObjectOutput, error)
	DeleteObject(context.Context, *s3.DeleteObjectInput, ...func(*s3.Options)) (*s3.DeleteObjectOutput, error)
}

var (
	errGone       = errors.New("the object is not there any more")
	errSuperseded = errors.New("the object was written again")
)

// read reads the upload that an event tells of, and no other that may lie under its key by now: errGone and errSuperseded say
// that there is nothing to do. A file above the limit is refused, whatever size the event tells.
//
// Without the permission s3:ListBucket a missing object is a 403, not a 404, and looks like a missing permission.
func read(ctx context.Context, objects Objects, d s3event.ObjectCreated, limit int64) ([]byte, error) {
	tooLarge := func(size int64) error {
		return &RefusedError{fmt.Sprintf("the file has %d bytes, and %d are allowed", size, limit)}
	}
	if d.Object.Size > limit {
		return nil, tooLarge(d.Object.Size)
	}
	in := &s3.GetObjectInput{Bucket: &d.Bucket.Name, Key: &d.Object.Key}
	if d.Object.VersionID != "" {
		in.VersionId = &d.Object.VersionID
	} else if d.Object.ETag != "" {
		in.IfMatch = aws.String(`"` + d.Object.ETag + `"`)
	}
	out, err := objects.GetObject(ctx, in)
	if api, ok := errors.AsType[smithy.APIError](err); ok {
		switch api.ErrorCode() {
		case "NoSuchKey", "NoSuchVersion", "NotFound":
			return nil, errGone
		case "PreconditionFailed":
			return nil, errSuperseded
		}
	}
	if err != nil {
		return nil, fmt.Errorf("read the upload: %w", err)
	}
	defer out.Body.Close()
	// Not every store that speaks S3's protocol knows If-Match.
	if etag := strings.Trim(aws.ToString(out.ETag), `"`); in.VersionId == nil && d.Object.ETag != "" && etag != d.Object.ETag {
		return nil, errSuperseded
	}
	if size := aws.ToInt64(out.ContentLength); size > limit {
		return nil, tooLarge(size)
	}
	file, err := io.ReadAll(io.LimitReader(out.Body, limit+1))
	if err != nil {
		return nil, fmt.Errorf("read the upload: %w", err)
	}
	if int64(len(file)) > limit {
		return nil, tooLarge(int64(len(file)))
	}
	return file, nil
}

func write(ctx context.Context, objects Objects, bucket, key string, t Thumbnail) error {
	_, err := objects.PutObject(ctx, &s3.PutObjectInput{
		Bucket: &bucket, Key: &key, Body: bytes.NewReader(t.Data), ContentType: aws.String("image/" + t.Format),
		CacheControl: aws.String("public, max-age=31536000, immutable"), // another picture has another key
	})
	if err != nil {
		return fmt.Errorf("write the thumbnail: %w", err)
	}
	return nil
}

func remove(ctx context.Context, objects Objects, bucket, key string) error {
	if _, err := objects.DeleteObject(ctx, &s3.DeleteObjectInput{Bucket: &bucket, Key: &key}); err != nil {
		return fmt.Errorf("delete the thumbnail %s: %w", key, err)
	}
	return nil
}
