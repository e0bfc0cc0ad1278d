package singletabletest_test

import (
	"context"
	"os"
	"slices"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/ratelimit"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodbstreams"

	"github.com/lambdapatterns/lambdapatterns/singletable/singletabletest"
)

// A conformanceCase is one statement about DynamoDB that every engine has to bear out. It makes its own tables, and its
// expectations are written by hand.
type conformanceCase struct {
	name string
	run  func(t *testing.T, db database)
}

// conformanceGroups lists every case by topic. A topic has a file of its own: conformance_<topic>_test.go.
func conformanceGroups() map[string][]conformanceCase {
	return map[string][]conformanceCase{
		"tables":                tableCases(),
		"tables/refused":        tableErrorCases(),
		"time to live":          timeToLiveCases(),
		"put":                   putCases(),
		"delete":                deleteCases(),
		"get":                   getCases(),
		"projections":           projectionCases(),
		"conditions":            conditionCases(),
		"conditions/refused":    conditionErrorCases(),
		"conditions/writes":     conditionalWriteCases(),
		"expressions":           expressionErrorCases(),
		"limits":                limitCases(),
		"updates":               updateCases(),
		"updates/refused":       updateErrorCases(),
		"updates/returns":       updateReturnCases(),
		"numbers":               numberCases(),
		"keys":                  keyCases(),
		"values":                valueCases(),
		"sizes":                 sizeCases(),
		"query":                 queryCases(),
		"query/selects":         selectCases(),
		"query/order":           orderCases(),
		"query/refused":         queryErrorCases(),
		"paging":                pagingCases(),
		"scan":                  scanCases(),
		"global indexes":        globalIndexCases(),
		"global indexes/writes": globalIndexWriteCases(),
		"local indexes":         localIndexCases(),
		"multi-attribute keys":  multiKeyCases(),
		"batches":               batchCases(),
		"batches/refused":       batchErrorCases(),
		"transactions":          transactionCases(),
		"transactions/refused":  transactionErrorCases(),
		"transactions/tokens":   transactionTokenCases(),
		"capacity":              capacityCases(),
		"protocol":              protocolCases(),
		"single table":          singleTableCases(),
		"streams":               streamCases(),
	}
}

// TestConformance holds the in-memory engine and AWS's own DynamoDB Local to the same cases. The second needs
// TEST_DYNAMODB_URL, which `.ci/dynamodb-local go test ./singletable/singletabletest` sets; with
// TEST_DYNAMODB_REQUIRED=1 its absence is a failure.
func TestConformance(t *testing.T) {
	t.Run("memory", func(t *testing.T) {
		t.Parallel()
		var engine singletabletest.Engine
		runConformance(t, database{Client: engine.Client(withoutRetries), records: memoryRecords(&engine)})
	})
	t.Run("dynamodb", func(t *testing.T) {
		t.Parallel()
		url := os.Getenv("TEST_DYNAMODB_URL")
		switch {
		case url == "" && os.Getenv("TEST_DYNAMODB_REQUIRED") == "1":
			t.Fatal("TEST_DYNAMODB_REQUIRED is 1 and TEST_DYNAMODB_URL is not set: run the tests under .ci/dynamodb-local")
		case url == "":
			t.Skip("NOT RUN on DynamoDB Local: TEST_DYNAMODB_URL is not set. Run: .ci/dynamodb-local go test ./singletable/singletabletest")
		}
		credentials := aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: "conformance", SecretAccessKey: "conformance"}, nil
		})
		client := dynamodb.New(dynamodb.Options{BaseEndpoint: &url, Region: "us-east-1", Credentials: credentials}, onlyAfterInternalFailure)
		streams := dynamodbstreams.New(dynamodbstreams.Options{BaseEndpoint: &url, Region: "us-east-1", Credentials: credentials})
		runConformance(t, database{Client: client, records: serviceRecords(client, streams)})
	})
}

func runConformance(t *testing.T, db database) {
	for group, cases := range conformanceGroups() {
		t.Run(group, func(t *testing.T) {
			t.Parallel()
			for _, c := range cases {
				t.Run(c.name, func(t *testing.T) {
					t.Parallel()
					db := db
					db.t = t
					c.run(t, db)
				})
			}
		})
	}
}

// TestConformanceNames keeps a case from hiding behind another one of the same name.
func TestConformanceNames(t *testing.T) {
	for group, cases := range conformanceGroups() {
		var seen []string
		for _, c := range cases {
			if slices.Contains(seen, c.name) {
				t.Errorf("group %q has two cases named %q", group, c.name)
			}
			seen = append(seen, c.name)
		}
	}
}

// withoutRetries lets a case see the engine's first answer, and fail at once where that is a server error.
func withoutRetries(o *dynamodb.Options) { o.Retryer = aws.NopRetryer{} }

// onlyAfterInternalFailure is withoutRetries but for one answer. Seldom, with many tables made and deleted at once, DynamoDB Local
// answers a valid request with a 500 of the code InternalFailure, which says nothing about DynamoDB's rules. Nothing else is asked
// again, and no case expects that code.
func onlyAfterInternalFailure(o *dynamodb.Options) {
	o.Retryer = retry.NewStandard(func(o *retry.StandardOptions) {
		o.MaxAttempts = 5
		o.RateLimiter = ratelimit.None
		o.Backoff = retry.BackoffDelayerFunc(func(int, error) (time.Duration, error) { return 100 * time.Millisecond, nil })
		o.Retryables = []retry.IsErrorRetryable{retry.RetryableErrorCode{Codes: map[string]struct{}{"InternalFailure": {}}}}
	})
}

// What no case says, because AWS's documentation and DynamoDB Local 3.3.1 disagree, or because only the one or the other is sure:
//
//   - A 1 MB page of a query with a filter: AWS counts what is read, Local what is left. Empty pages are tested with Limit.
//   - Numbers inside lists and maps, and the results of arithmetic: Local keeps their trailing zeros and their spelling.
//   - UPDATED_OLD and UPDATED_NEW of a nested path: Local returns the whole top-level attribute.
//   - Updates that fail on the item inside a transaction (a wrong operand, a missing attribute, a bad path): a
//     TransactionCanceledException with the reason ValidationError at AWS, a ValidationException at Local. The same goes
//     for a key of the wrong type in TransactGetItems, for which Local has no reasons.
//   - One item twice in a transaction beside a failed condition: Local reports the condition first.
//   - The word SIZE is reserved at AWS and free at Local.
//   - A filter of an index on an attribute that it does not project: a query is refused at Local, a scan reads the table.
//   - A start key that equals the bound of its query's condition.
//   - The page after the one item of a query with a Limit of 1, where the table has no sort key: Local knows that there is none.
//   - A path into a key attribute (PK.x) in a ConditionCheck: Local refuses it in every other expression.
//   - A used token on a transaction that is not valid either: Local reports the token first.
//   - ReturnItemCollectionMetrics, which Local passes over.
//   - Capacity of transactions of several actions, which Local does not double, and of deletes of missing items, which
//     it returns without being asked, and of writes of items that have a part of an index's key: Local charges the index.
//   - Bodies that are not JSON, and the target of another API version.
//   - The messages about tables and keys (missing, of the wrong type, taken), and IdempotentParameterMismatchException's,
//     which is empty at Local. The codes are tested.
//   - The order of items that are equal in an index, the items of BatchGetItem and the partitions of a scan, which have none.
//   - The parameters from before expressions (KeyConditions, Expected, AttributesToGet and their like).
//   - A StreamViewType that there is none of, which Local takes, and records of deletes by time to live.
//   - Throttling, TransactionConflict and UnprocessedItems of BatchWriteItem, which Local never reports.
