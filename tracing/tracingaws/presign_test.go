package tracingaws_test

import (
	"testing"

	"github.com/aws/smithy-go/middleware"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"github.com/lambdapatterns/lambdapatterns/tracing/tracingaws"
)

// What makes a URL has no step that retries or reads a response: then nothing is added, because a header would be part of the
// URL's signature.
func TestPresigning(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		retry, deserialize bool
		added              int
	}{
		"request": {true, true, 1}, "URL": {false, false, 0}, "URL with somebody's step": {false, true, 0}, "no response is read": {true, false, 0},
	} {
		s := middleware.NewStack("GetObject", smithyhttp.NewStackRequest)
		if test.retry {
			s.Finalize.Add(middleware.FinalizeMiddlewareFunc("Retry", nil), middleware.After)
		}
		if test.deserialize {
			s.Deserialize.Add(middleware.DeserializeMiddlewareFunc("OperationDeserializer", nil), middleware.After)
		}
		if err := tracingaws.Middleware()(s); err != nil {
			t.Fatal(err)
		}
		if got := []int{len(s.Initialize.List()), len(s.Build.List())}; got[0] != test.added || got[1] != test.added {
			t.Errorf("%s: %d steps were added", name, got)
		}
	}
}
