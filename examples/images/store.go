package images

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/expression"

	"github.com/lambdapatterns/lambdapatterns/eventbridge/s3event"
	"github.com/lambdapatterns/lambdapatterns/singletable"
)

// Image is what is known of the newest upload under a key. It lies at IMAGE#{bucket}#{key}|METADATA: in the partition key,
// because a sort key ends at 1,024 bytes and an object's key may be as long.
type Image struct {
	Bucket string `dynamodbav:"bucket"`
	Key    string `dynamodbav:"key"`
	// Sequencer is that of the event, in small letters and with zeros in front, so that DynamoDB compares two of them as S3
	// wants it.
	Sequencer string    `dynamodbav:"sequencer"`
	VersionID string    `dynamodbav:"version_id,omitempty"`
	ETag      string    `dynamodbav:"etag"`
	Size      int64     `dynamodbav:"size"`
	Uploaded  time.Time `dynamodbav:"uploaded"`

	Status Status `dynamodbav:"status"`
	// Reason says why an upload was refused.
	Reason string `dynamodbav:"reason,omitempty"`

	// What follows is of uploads that are ready only.

	Format          string `dynamodbav:"format,omitempty"` // "jpeg" or "png", by the content
	Width           int    `dynamodbav:"width,omitempty"`
	Height          int    `dynamodbav:"height,omitempty"`
	Thumbnail       string `dynamodbav:"thumbnail,omitempty"` // its key in the bucket for thumbnails
	ThumbnailWidth  int    `dynamodbav:"thumbnail_width,omitempty"`
	ThumbnailHeight int    `dynamodbav:"thumbnail_height,omitempty"`
}

// Status is what became of an upload.
type Status string

// The states of an image.
const (
	Ready   Status = "ready"   // it has a thumbnail
	Refused Status = "refused" // it never will have one
)

// Store is the service's table.
type Store struct {
	Images *singletable.Repo[Image]
}

// NewTable returns the service's table in DynamoDB: with the time to live by which idempotency's records go.
func NewTable(client singletable.Client, name string) *singletable.Table {
	return singletable.NewTable(client, name, singletable.WithTimeToLive("expires"))
}

// NewStore gives the entity its place in the table.
func NewStore(table *singletable.Table) (*Store, error) {
	images, err := singletable.NewRepo[Image](table, singletable.Schema{
		Type: "Image",
		Key:  singletable.Pattern("IMAGE#{bucket}#{key}", "METADATA"),
	})
	if err != nil {
		return nil, err
	}
	return &Store{images}, nil
}

// keep writes what is known of an upload unless the table knows the same or a later one, and returns what it replaced. Where it
// has not written, found says what is in the table.
func (s *Store) keep(ctx context.Context, image Image) (replaced Image, found *Image, err error) {
	err = s.Images.Put(ctx, image, singletable.Replaced(&replaced), singletable.If(expression.Or(
		expression.Name("sequencer").AttributeNotExists(),
		expression.Name("sequencer").LessThan(expression.Value(image.Sequencer)),
	)))
	if errors.Is(err, singletable.ErrCondition) {
		if current, ok := s.Images.Current(err); ok {
			return Image{}, &current, nil
		}
	}
	return replaced, nil, err
}

// sequencerWidth is in hexadecimal digits. Those of S3 have had 16 to 18.
const sequencerWidth = 32

// sortable writes a sequencer so that two of them compare as strings as they do as numbers.
func sortable(s s3event.Sequencer) (string, error) {
	digits := strings.ToLower(strings.TrimLeft(string(s), "0"))
	switch {
	case !s.Valid():
		return "", errors.New("the event has no sequencer that is a hexadecimal number")
	case len(digits) > sequencerWidth:
		return "", fmt.Errorf("the event's sequencer has %d digits, and %d are provided for", len(digits), sequencerWidth)
	}
	return strings.Repeat("0", sequencerWidth-len(digits)) + digits, nil
}
