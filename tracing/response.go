package tracing

import (
	"bytes"
	"context"
	"io"
)

// response is a response that aws-lambda-go posts, and closes before it asks for the next invocation. It encodes to JSON
// as {}, which is how aws-lambda-go tells a reader from a value.
type response struct {
	*reader
}

type reader struct{ bytes.Reader }

func (s *settings) respond(_ context.Context, body []byte) io.Reader {
	r := new(reader)
	r.Reset(body)
	return response{r}
}

// MarshalJSON says what aws-lambda-go looks for.
func (response) MarshalJSON() ([]byte, error) { return []byte("{}"), nil }

// ContentType is that of every response of a function.
func (response) ContentType() string { return "application/json" }

// Close is called when the response has been posted.
func (response) Close() error { return nil }

// flushNow flushes before the response, where there is none to close.
func (s *settings) flushNow(context.Context) {}
