package templatetest

import (
	"cmp"
	"fmt"
	"slices"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
)

// Table is what the code says of its table. A *singletable.Table is one.
type Table interface {
	// CreateTableInput defines the keys, attributes and indexes.
	CreateTableInput() *dynamodb.CreateTableInput
	// UpdateTimeToLiveInput names the time-to-live attribute. It is nil if the table has none.
	UpdateTimeToLiveInput() *dynamodb.UpdateTimeToLiveInput
}

// Difference is something in which a template and the code differ, or that a check needs and cannot read.
type Difference struct {
	Pos  Pos    // where it stands in the template
	Text string // what differs, and from what
}

// String returns the place and the text.
func (d Difference) String() string { return d.Pos.String() + ": " + d.Text }

// CheckTable fails the test for each difference between the table that the template declares under the name and the code's. The
// name is Terraform's name of an aws_dynamodb_table, or the logical id of an AWS::DynamoDB::Table or GlobalTable. A
// *singletable.Table knows its time-to-live attribute only when its repositories have been made, so make them first, by the
// function's own code.
func CheckTable(t testing.TB, tmpl *Template, name string, table Table) {
	t.Helper()
	for _, d := range TableDifferences(tmpl, name, table) {
		t.Error(d)
	}
}

// TableDifferences returns what [CheckTable] reports, in the order of the places. It is nil if the template's table is the code's.
func TableDifferences(tmpl *Template, name string, table Table) []Difference {
	var r reader
	var got declared
	if tmpl.terraform {
		found, err := tmpl.Resource("aws_dynamodb_table", name)
		if err != nil {
			return []Difference{{tmpl.pos, trimPos(err)}}
		}
		if err := found.made(); err != nil {
			return []Difference{{found.Pos, trimPos(err)}}
		}
		got = r.terraformTable(found)
	} else {
		found, err := tmpl.Resource("AWS::DynamoDB::Table", name)
		if err != nil {
			global, globalErr := tmpl.Resource("AWS::DynamoDB::GlobalTable", name)
			if globalErr != nil {
				return []Difference{{tmpl.pos, trimPos(err)}}
			}
			found = global
		}
		got = r.cloudFormationTable(found)
	}
	r.compare(got, expected(table))
	slices.SortStableFunc(r.differences, func(a, b Difference) int {
		return cmp.Or(cmp.Compare(a.Pos.File, b.Pos.File), cmp.Compare(a.Pos.Line, b.Pos.Line))
	})
	return r.differences
}

// reader takes values out of a template and keeps what it cannot take as differences.
type reader struct{ differences []Difference }

func (r *reader) report(pos Pos, format string, args ...any) {
	d := Difference{pos, fmt.Sprintf(format, args...)}
	if !slices.Contains(r.differences, d) { // several attributes can fail for one reason
		r.differences = append(r.differences, d)
	}
}
