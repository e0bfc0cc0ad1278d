package singletable_test

import (
	"strings"
	"testing"

	"github.com/lambdapatterns/lambdapatterns/singletable"
	"github.com/lambdapatterns/lambdapatterns/singletable/singletabletest"
)

// A version or an end that is stored as text is compared with none and ends nothing.
func TestManagedNumbersAreStoredAsNumbers(t *testing.T) {
	t.Parallel()
	type doc struct {
		ID      string `dynamodbav:"id"`
		Version int64  `dynamodbav:"version,string"`
		Until   int64  `dynamodbav:"until,string"`
	}
	table := singletable.NewTable(new(singletabletest.Engine).Client(), "app")
	for attribute, schema := range map[string]singletable.Schema{"version": {Version: "version"}, "until": {ExpiresAt: "until"}} {
		schema.Type, schema.Key = "Doc", singletable.Pattern("DOC#{id}", "DOC")
		if _, err := singletable.NewRepo[doc](table, schema); err == nil || !strings.Contains(err.Error(), attribute) {
			t.Errorf("%s: got %v, want a refusal", attribute, err)
		}
	}
}
