package checkout

import (
	"context"
	"fmt"
	"log/slog"
	"os"

	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/lambdapatterns/lambdapatterns/coldstart"
	"github.com/lambdapatterns/lambdapatterns/singletable/idempotency"
	"github.com/lambdapatterns/lambdapatterns/tracing"
	"github.com/lambdapatterns/lambdapatterns/tracing/tracingaws"
)

// Start makes the function from the environment: TABLE_NAME, TASK, which is one of [Tasks], and what the SDK and package
// tracingotlp read. It opens the connection to the table while Lambda initialises the function, where the first invocation follows
// at once.
func Start(ctx context.Context) (handler any, err error) {
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
	service, err := New(store, SimulatedProvider{store}, idempotency.New(client, table), log)
	if err != nil {
		return nil, err
	}
	// A dry run: the call is not made.
	report, err := coldstart.Run(ctx, coldstart.Connect("table", func(ctx context.Context) error {
		_, err := store.Products.Get(ctx, Product{ID: "none"})
		return err
	}))
	log.InfoContext(ctx, "initialised", "report", report)
	if err != nil {
		return nil, err
	}
	return service.Handler(os.Getenv("TASK"), options...)
}
