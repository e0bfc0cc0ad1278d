package singletabletest_test

import (
	"hash/crc32"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"

	"github.com/lambdapatterns/lambdapatterns/singletable/singletabletest"
)

// Answers came without the service's checksum, which the SDK compares with 0 then: it warned of every one when it closed the
// body, and gave up the connection.
func TestAnswersHaveTheirChecksum(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(new(singletabletest.Engine))
	defer server.Close()
	for operation, status := range map[string]int{"ListTables": http.StatusOK, "GetItem": http.StatusBadRequest} {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, server.URL, strings.NewReader("{}"))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("X-Amz-Target", "DynamoDB_20120810."+operation)
		answer, err := server.Client().Do(r)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(answer.Body)
		_ = answer.Body.Close()
		want := strconv.FormatUint(uint64(crc32.ChecksumIEEE(body)), 10)
		if got := answer.Header.Get("X-Amz-Crc32"); err != nil || answer.StatusCode != status || got != want {
			t.Errorf("%s: %s, checksum %q, want %q, %v", operation, answer.Status, got, want, err)
		}
	}
}
