package singletable_test

import (
	"context"
	"fmt"
	"log"

	"github.com/lambdapatterns/lambdapatterns/singletable"
)

// newSessions makes a repository of entities that expire.
func newSessions(table *singletable.Table) {
	type Session struct {
		ID        string `dynamodbav:"id"`
		ExpiresAt int64  `dynamodbav:"expires_at"`
	}
	if _, err := singletable.NewRepo[Session](table, singletable.Schema{
		Type:      "Session",
		Key:       singletable.Pattern("SESSION#{id}", "SESSION"),
		ExpiresAt: "expires_at",
	}); err != nil {
		log.Fatal(err)
	}
}

func ExampleTable_Terraform() {
	table := newTable(context.Background())
	newSessions(table)
	fmt.Print(table.Terraform())
	// Output:
	// billing_mode = "PAY_PER_REQUEST"
	// hash_key     = "PK"
	// range_key    = "SK"
	//
	// attribute {
	//   name = "PK"
	//   type = "S"
	// }
	//
	// attribute {
	//   name = "SK"
	//   type = "S"
	// }
	//
	// attribute {
	//   name = "GSI1PK"
	//   type = "S"
	// }
	//
	// attribute {
	//   name = "GSI1SK"
	//   type = "S"
	// }
	//
	// global_secondary_index {
	//   name            = "GSI1"
	//   hash_key        = "GSI1PK"
	//   range_key       = "GSI1SK"
	//   projection_type = "ALL"
	// }
	//
	// ttl {
	//   attribute_name = "expires_at"
	//   enabled        = true
	// }
}

func ExampleTable_CloudFormation() {
	table := newTable(context.Background())
	newSessions(table)
	fmt.Print(table.CloudFormation())
	// Output:
	// BillingMode: PAY_PER_REQUEST
	// AttributeDefinitions:
	//   - AttributeName: PK
	//     AttributeType: S
	//   - AttributeName: SK
	//     AttributeType: S
	//   - AttributeName: GSI1PK
	//     AttributeType: S
	//   - AttributeName: GSI1SK
	//     AttributeType: S
	// KeySchema:
	//   - AttributeName: PK
	//     KeyType: HASH
	//   - AttributeName: SK
	//     KeyType: RANGE
	// GlobalSecondaryIndexes:
	//   - IndexName: GSI1
	//     KeySchema:
	//       - AttributeName: GSI1PK
	//         KeyType: HASH
	//       - AttributeName: GSI1SK
	//         KeyType: RANGE
	//     Projection:
	//       ProjectionType: ALL
	// TimeToLiveSpecification:
	//   AttributeName: expires_at
	//   Enabled: true
}
