package singletable

import (
	"fmt"
	"strings"
	"unicode"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// terraform writes a definition for the AWS provider ("Resource: aws_dynamodb_table").
func terraform(in *dynamodb.CreateTableInput, ttl *dynamodb.UpdateTimeToLiveInput) string {
	var w hclWriter
	w.arguments(append([]argument{{"billing_mode", hclText(string(in.BillingMode))}}, keyArguments(in.KeySchema)...)...)
	for _, a := range in.AttributeDefinitions {
		w.block("attribute", func() {
			w.arguments(argument{"name", hclText(aws.ToString(a.AttributeName))}, argument{"type", hclText(string(a.AttributeType))})
		})
	}
	for _, x := range in.GlobalSecondaryIndexes {
		w.block("global_secondary_index", func() { w.index(x) })
	}
	if ttl != nil {
		w.block("ttl", func() {
			w.arguments(
				argument{"attribute_name", hclText(aws.ToString(ttl.TimeToLiveSpecification.AttributeName))},
				argument{"enabled", fmt.Sprint(aws.ToBool(ttl.TimeToLiveSpecification.Enabled))},
			)
		})
	}
	return w.text.String()
}

func (w *hclWriter) index(x types.GlobalSecondaryIndex) {
	name := argument{"name", hclText(aws.ToString(x.IndexName))}
	projection := argument{"projection_type", hclText(string(x.Projection.ProjectionType))}
	if !severalKeys(x.KeySchema) {
		w.arguments(append(append([]argument{name}, keyArguments(x.KeySchema)...), projection)...)
		return
	}
	w.line("# Several attributes in a key take key_schema blocks, which the AWS provider has in version 6 and not in 5.")
	w.arguments(name, projection)
	for _, k := range x.KeySchema {
		w.block("key_schema", func() {
			w.arguments(argument{"attribute_name", hclText(aws.ToString(k.AttributeName))}, argument{"key_type", hclText(string(k.KeyType))})
		})
	}
}

// keyArguments are a key of at most one attribute in each role.
func keyArguments(schema []types.KeySchemaElement) []argument {
	var all []argument
	for _, name := range keysOf(schema, types.KeyTypeHash) {
		all = append(all, argument{"hash_key", hclText(name)})
	}
	for _, name := range keysOf(schema, types.KeyTypeRange) {
		all = append(all, argument{"range_key", hclText(name)})
	}
	return all
}

// hclWriter writes in the format of terraform fmt.
type hclWriter struct {
	text   strings.Builder
	indent string
}

type argument struct{ name, value string }

func (w *hclWriter) line(text string) { w.text.WriteString(w.indent + text + "\n") }

func (w *hclWriter) arguments(all ...argument) {
	width := 0
	for _, a := range all {
		width = max(width, len(a.name))
	}
	for _, a := range all {
		w.line(fmt.Sprintf("%-*s = %s", width, a.name, a.value))
	}
}

// block writes a block after an empty line.
func (w *hclWriter) block(name string, body func()) {
	w.text.WriteString("\n")
	w.line(name + " {")
	outer := w.indent
	w.indent += "  "
	body()
	w.indent = outer
	w.line("}")
}

// hclText quotes a text so that nothing in it is a template's.
func hclText(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for i, r := range s {
		switch {
		case r == '"' || r == '\\':
			b.WriteRune('\\')
			b.WriteRune(r)
		case (r == '$' || r == '%') && strings.HasPrefix(s[i+1:], "{"):
			b.WriteRune(r)
			b.WriteRune(r)
		case unicode.IsPrint(r):
			b.WriteRune(r)
		default:
			fmt.Fprintf(&b, `\U%08x`, r)
		}
	}
	b.WriteByte('"')
	return b.String()
}
