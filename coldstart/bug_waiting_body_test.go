package coldstart_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/lambdapatterns/lambdapatterns/coldstart"
)

// A body that is read for a replay held the call up until the reader had something to say, whatever the context said.
func TestBugBodyThatDoesNotCome(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		client, err := coldstart.NewHTTPClient(nil)
		if err != nil {
			t.Fatal(err)
		}
		reader, writer := io.Pipe()
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		req, err := http.NewRequestWithContext(ctx, http.MethodPut, "http://127.0.0.1:1/", io.NopCloser(reader))
		if err != nil {
			t.Fatal(err)
		}
		req.ContentLength = 100
		req.Header.Set("Amz-Sdk-Request", "attempt=1; max=3")
		time.AfterFunc(time.Minute, func() { writer.CloseWithError(errors.New("the source is broken")) })
		start := time.Now()
		resp, err := client.Do(req)
		if err == nil {
			resp.Body.Close()
		}
		if !errors.Is(err, context.DeadlineExceeded) || time.Since(start) != time.Second {
			t.Errorf("got %v after %v, want the end of the context after 1s", err, time.Since(start))
		}
		synctest.Wait()
		time.Sleep(time.Hour) // the goroutine that reads ends with the reader
	})
}
