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
)

// Function is what each function of the service is made of when it starts: its clients, built once, and its log.
type Function struct {
	Store *Store
	SQS   *sqs.Client
	Log   *slog.Logger
}

// Start makes a Function from the environment: TABLE_NAME, and what the SDK reads. It opens the connection to the table while
// Lambda initialises the function, where the first invocation follows at once.
func Start(ctx context.Context) (*Function, error) {
	log := slog.New(tracing.NewLogHandler(slog.NewJSONHandler(os.Stdout, nil)))
	cfg, err := config.LoadDefaultConfig(ctx)
	if err != nil {
		return nil, fmt.Errorf("load the AWS configuration: %w", err)
	}
	store, err := NewStore(singletable.NewTable(dynamodb.NewFromConfig(cfg), os.Getenv("TABLE_NAME")))
	if err != nil {
		return nil, err
	}
	report, err := coldstart.Run(ctx, coldstart.Task{
		Name: "table",
		Do:   store.Prime,
		Only: []coldstart.InitializationType{coldstart.OnDemand, coldstart.ManagedInstances},
	})
	log.InfoContext(ctx, "initialised", "report", report)
	return &Function{Store: store, SQS: sqs.NewFromConfig(cfg), Log: log}, err
}
