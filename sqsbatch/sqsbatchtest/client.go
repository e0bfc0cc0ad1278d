package sqsbatchtest

import (
	"bytes"
	"io"
	"net/http"
	"strconv"
)

// Do answers one API call of an SDK client that has the SQS as its HTTPClient. There is no socket between them, so that the
// client works in a bubble of [testing/synctest], where sockets cannot be waited for:
//
//	client := sqs.New(sqs.Options{
//		HTTPClient: &service, BaseEndpoint: aws.String("http://sqs.test"), Region: "us-east-1", Credentials: …,
//	})
//
// The host may be any: it comes back in the URLs of queues. The example of package sqsbatch/sqsqueue has it whole. Do closes
// the request's body. Its error is the context's, when that has ended before the answer.
func (s *SQS) Do(r *http.Request) (*http.Response, error) {
	if r.Body != nil {
		defer r.Body.Close()
	}
	a := written{header: http.Header{}, status: http.StatusOK}
	s.ServeHTTP(&a, r)
	if err := r.Context().Err(); err != nil {
		return nil, err
	}
	return &http.Response{
		Status: strconv.Itoa(a.status) + " " + http.StatusText(a.status), StatusCode: a.status, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: a.header, Body: io.NopCloser(&a.body), ContentLength: int64(a.body.Len()), Request: r,
	}, nil
}

// written keeps what ServeHTTP writes.
type written struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func (a *written) Header() http.Header            { return a.header }
func (a *written) WriteHeader(status int)         { a.status = status }
func (a *written) Write(text []byte) (int, error) { return a.body.Write(text) }
