// Package examples_test holds what the functions of all examples have in common.
package examples_test

import (
	"hash/crc32"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"testing"

	"github.com/lambdapatterns/lambdapatterns/coldstart/coldstarttest"
	"github.com/lambdapatterns/lambdapatterns/internal/racetest"
)

// Each function has a budget for its start, a ratio to a bare function: for size and allocations somewhat above what they
// are, since these are nearly the same in every run, for the time to ready about twice. A new example is a row.
func TestStartBudgets(t *testing.T) {
	if testing.Short() || racetest.Enabled {
		t.Skip("builds and starts every function as a process of its own")
	}
	const refusal = `{"__type":"com.amazonaws.dynamodb.v20120810#ResourceNotFoundException","message":"no table here"}`
	// What a function opens its connections to while it starts. It refuses whatever it is asked, at once.
	aws := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		w.Header().Set("Content-Type", "application/x-amz-json-1.0")
		w.Header().Set("X-Amz-Crc32", strconv.FormatUint(uint64(crc32.ChecksumIEEE([]byte(refusal))), 10))
		w.WriteHeader(http.StatusBadRequest)
		_, _ = io.WriteString(w, refusal)
	}))
	defer aws.Close()
	queue := aws.URL + "/123456789012/payments"

	for _, function := range []struct {
		pkg         string
		environment map[string]string
		budget      coldstarttest.Budget
	}{
		{"./payments/api", map[string]string{"PAYMENTS_QUEUE_URL": queue},
			coldstarttest.Budget{Size: 2.3, Allocations: 50, Ready: 6}},
		{"./payments/worker", map[string]string{"PAYMENTS_QUEUE_URL": queue, "RESULTS_QUEUE_URL": queue + "-results", "REFUSED_QUEUE_URL": queue + "-refused"},
			coldstarttest.Budget{Size: 2.3, Allocations: 50, Ready: 6}},
		{"./checkout/task", map[string]string{"TASK": "charge"},
			coldstarttest.Budget{Size: 2.3, Allocations: 40, Ready: 6}},
		{"./images/thumbnailer", map[string]string{"UPLOADS_BUCKET": "uploads", "THUMBNAILS_BUCKET": "thumbnails"},
			coldstarttest.Budget{Size: 2.5, Allocations: 50, Ready: 6}},
	} {
		t.Run(function.pkg, func(t *testing.T) {
			function.environment["TABLE_NAME"] = "table"
			function.environment["AWS_ENDPOINT_URL"] = aws.URL
			function.environment["OTEL_EXPORTER_OTLP_ENDPOINT"] = aws.URL // with an exporter, as on Lambda
			m := coldstarttest.Check(t, coldstarttest.Function{Package: function.pkg, Environment: function.environment}, function.budget)
			t.Logf("\n%s", m)
		})
	}
}
