package payments

import (
	"context"
	"fmt"
	"log/slog"
	"os"

	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/lambdapatterns/lambdapatterns/coldstart"
	"github.com/lambdapatterns/lambdapatterns/singletable"
	"github.com/lambdapatterns/lambdapatterns/tracing"
	"github.com/lambdapatterns/lambdapatterns/tracing/tracingaws"
)

// Function is what each function of the service is made of when it starts: its clients, built once, its log, and how its handler
// is traced.
type Function struct {
	Store   *Store
	SQS     *sqs.Client
	Log     *slog.Logger
	Tracing []tracing.Option
}

// Start makes a Function from the environment: TABLE_NAME, and what the SDK and package tracingotlp read. It opens the connections to the
// table and to the queues while Lambda initialises the function, where the first invocation follows at once.
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
	store, err := NewStore(singletable.NewTable(dynamodb.NewFromConfig(cfg), os.Getenv("TABLE_NAME")))
	if err != nil {
		return nil, err
	}
	client := sqs.NewFromConfig(cfg)
	// Dry runs: none of the calls is made.
	report, err := coldstart.Run(ctx,
		coldstart.Connect("table", func(ctx context.Context) error {
			_, err := store.Products.Get(ctx, Product{ID: "none"})
			return err
		}),
		coldstart.Connect("queues", func(ctx context.Context) error {
			_, err := client.ListQueues(ctx, nil)
			return err
		}),
	)
	log.InfoContext(ctx, "initialised", "report", report)
	return &Function{Store: store, SQS: client, Log: log, Tracing: options}, err
}
