package main

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/smithy-go"
)

// What the weather answers for S3 must be what the SDK takes for it: a client that asks once is told the code, and one that asks
// again gets the object. An answer that is broken off ends with an error, and not as a shorter object.
func TestS3InBadWeather(t *testing.T) {
	t.Parallel()
	store, err := newObjectStore(func([]byte) {}, uploads)
	if err != nil {
		t.Fatal(err)
	}
	var asked atomic.Int64
	var trouble func(http.ResponseWriter, *http.Request) // for every other request
	server, address, err := serve("127.0.0.1:0", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if asked.Add(1)%2 == 1 && trouble != nil {
			trouble(w, r)
			return
		}
		store.ServeHTTP(w, r)
	}))
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	read := func(attempts int) (string, error) {
		asked.Store(0)
		client := s3.New(s3.Options{
			Region: region, BaseEndpoint: aws.String("http://" + address), UsePathStyle: true, RetryMaxAttempts: attempts,
			Credentials: credentials.NewStaticCredentialsProvider("local", "local", ""),
		})
		out, err := client.GetObject(context.WithoutCancel(t.Context()), &s3.GetObjectInput{Bucket: aws.String(uploads), Key: aws.String("a")})
		if err != nil {
			return "", err
		}
		defer out.Body.Close()
		data, err := io.ReadAll(out.Body)
		return string(data), err
	}
	content := strings.Repeat("x", 10_000)
	if _, err := store.PutObject(uploads, "a", nil, strings.NewReader(content), int64(len(content)), nil); err != nil {
		t.Fatal(err)
	}
	for code, status := range map[string]int{"SlowDown": 503, "InternalError": 500} {
		trouble = func(w http.ResponseWriter, _ *http.Request) { refuseS3(w, status, code, "no") }
		_, err := read(1)
		if api, ok := errors.AsType[smithy.APIError](err); !ok || api.ErrorCode() != code {
			t.Errorf("%s: %v", code, err)
		}
		if got, err := read(2); err != nil || got != content {
			t.Errorf("%s, asked again: %d bytes, %v", code, len(got), err)
		}
	}
	trouble = func(w http.ResponseWriter, r *http.Request) { breakOff(w, store, r) }
	if got, err := read(1); !errors.Is(err, io.ErrUnexpectedEOF) || len(got) != len(content)/2 {
		t.Errorf("broken off: %d bytes, %v", len(got), err)
	}
}
