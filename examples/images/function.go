package images

import (
	"context"
	"fmt"
	"log/slog"
	"os"

	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/lambdapatterns/lambdapatterns/coldstart"
	"github.com/lambdapatterns/lambdapatterns/singletable/idempotency"
	"github.com/lambdapatterns/lambdapatterns/tracing"
	"github.com/lambdapatterns/lambdapatterns/tracing/tracingaws"
)

// Function is what the function is made of when it starts: what it does, and how that is traced.
type Function struct {
	*Thumbnailer
	Tracing []tracing.Option
}

// Start makes the function from the environment: TABLE_NAME, UPLOADS_BUCKET, THUMBNAILS_BUCKET, and what the SDK and package
// tracingotlp read. It opens the connections to the table and to the uploads while Lambda initialises the function, where the
// first invocation follows at once.
func Start(ctx context.Context) (*Function, error) {
	log := slog.New(tracing.NewLogHandler(slog.NewJSONHandler(os.Stdout, nil)))
	options, err := traced(log)
	if err != nil {
		return nil, err
	}
	cfg, err := config.LoadDefaultConfig(ctx)
	if err != nil {
		return nil, fmt.Errorf("load the AWS configuration: %w", err)
	}
	if cfg.HTTPClient, err = coldstart.NewHTTPClient(cfg.HTTPClient); err != nil {
		return nil, err
	}
	cfg.APIOptions = append(cfg.APIOptions, tracingaws.Middleware())
	client, table := dynamodb.NewFromConfig(cfg), os.Getenv("TABLE_NAME")
	store, err := NewStore(NewTable(client, table))
	if err != nil {
		return nil, err
	}
	objects, uploads := s3.NewFromConfig(cfg), os.Getenv("UPLOADS_BUCKET")
	t, err := New(Config{
		Store: store, Objects: objects, Once: idempotency.New(client, table),
		Uploads: uploads, Thumbnails: os.Getenv("THUMBNAILS_BUCKET"), Log: log,
	})
	if err != nil {
		return nil, err
	}
	// Dry runs: neither call is made.
	report, err := coldstart.Run(ctx,
		coldstart.Connect("table", func(ctx context.Context) error {
			_, err := store.Images.Get(ctx, Image{Bucket: "none", Key: "none"})
			return err
		}),
		coldstart.Connect("uploads", func(ctx context.Context) error {
			_, err := objects.HeadBucket(ctx, &s3.HeadBucketInput{Bucket: &uploads})
			return err
		}),
	)
	log.InfoContext(ctx, "initialised", "report", report)
	return &Function{t, options}, err
}
