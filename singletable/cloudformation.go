package singletable

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// cloudFormation writes a definition as a template's properties (AWS CloudFormation Template Reference Guide,
// "AWS::DynamoDB::Table").
func cloudFormation(in *dynamodb.CreateTableInput, ttl *dynamodb.UpdateTimeToLiveInput) string {
	var b strings.Builder
	fmt.Fprintf(&b, "BillingMode: %s\nAttributeDefinitions:\n", in.BillingMode)
	for _, a := range in.AttributeDefinitions {
		fmt.Fprintf(&b, "  - AttributeName: %s\n    AttributeType: %s\n", yamlText(aws.ToString(a.AttributeName)), a.AttributeType)
	}
	yamlKeys(&b, "", in.KeySchema)
	if len(in.GlobalSecondaryIndexes) > 0 {
		b.WriteString("GlobalSecondaryIndexes:\n")
	}
	for _, x := range in.GlobalSecondaryIndexes {
		fmt.Fprintf(&b, "  - IndexName: %s\n", yamlText(aws.ToString(x.IndexName)))
		yamlKeys(&b, "    ", x.KeySchema)
		fmt.Fprintf(&b, "    Projection:\n      ProjectionType: %s\n", x.Projection.ProjectionType)
	}
	if ttl != nil {
		fmt.Fprintf(&b, "TimeToLiveSpecification:\n  AttributeName: %s\n  Enabled: %t\n",
			yamlText(aws.ToString(ttl.TimeToLiveSpecification.AttributeName)), aws.ToBool(ttl.TimeToLiveSpecification.Enabled))
	}
	return b.String()
}

func yamlKeys(b *strings.Builder, indent string, schema []types.KeySchemaElement) {
	fmt.Fprintf(b, "%sKeySchema:\n", indent)
	for _, k := range schema {
		fmt.Fprintf(b, "%[1]s  - AttributeName: %[2]s\n%[1]s    KeyType: %[3]s\n", indent, yamlText(aws.ToString(k.AttributeName)), k.KeyType)
	}
}

// yamlText quotes a text unless it is a word that no YAML reader takes for a boolean, a number or null.
func yamlText(s string) string {
	const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_"
	plain := s != "" && strings.Contains(letters, s[:1]) && strings.Trim(s, letters+"0123456789-") == ""
	switch strings.ToLower(s) {
	case "true", "false", "yes", "no", "on", "off", "y", "n", "null":
		plain = false
	}
	if plain {
		return s
	}
	return strconv.Quote(s) // its escapes are YAML's too
}
