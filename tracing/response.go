package tracing

import (
	"bytes"
	"encoding/json"
	"io"
	"reflect"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/aws/aws-lambda-go/events"
)

// response is an encoded response. aws-lambda-go posts what it reads of it, and then closes it, before it asks for the next
// invocation. It encodes to JSON as {}, which is how aws-lambda-go tells a reader from a value: it has no exported field.
type response struct {
	inv    *invocation
	body   []byte
	read   int
	closed atomic.Bool
}

// Read reads the response.
func (r *response) Read(p []byte) (int, error) {
	if r.read == len(r.body) {
		return 0, io.EOF
	}
	n := copy(p, r.body[r.read:])
	r.read += n
	return n, nil
}

// ContentType is that of every response of a function.
func (*response) ContentType() string { return "application/json" }

// Close is called when the response has been posted.
func (r *response) Close() error {
	if !r.closed.Swap(true) {
		r.inv.finish()
	}
	return nil
}

// streamed is a response that the handler left to be read. The invocation ends with it.
type streamed struct {
	inv    *invocation
	reader io.Reader
	status int
	err    error // of Read
	closed atomic.Bool
}

func (inv *invocation) stream(reader io.Reader) io.Reader {
	s := &streamed{inv: inv, reader: reader}
	switch r := reader.(type) {
	case *events.LambdaFunctionURLStreamingResponse:
		s.status = r.StatusCode
	case *events.APIGatewayProxyStreamingResponse:
		s.status = r.StatusCode
	default:
		return s
	}
	if s.status == 0 {
		s.status = 200
	}
	return s
}

// Read reads the handler's reader.
func (s *streamed) Read(p []byte) (int, error) {
	n, err := s.reader.Read(p)
	if err != nil && err != io.EOF {
		s.err = err
	}
	return n, err
}

// ContentType is the reader's own, or what aws-lambda-go takes for a reader that has none.
func (s *streamed) ContentType() string {
	if r, ok := s.reader.(interface{ ContentType() string }); ok {
		return r.ContentType()
	}
	return "application/octet-stream"
}

// Close closes the handler's reader and ends the invocation.
func (s *streamed) Close() error {
	if s.closed.Swap(true) {
		return nil
	}
	var err error
	if c, ok := s.reader.(io.Closer); ok {
		err = c.Close()
	}
	e := ending{}
	if s.err != nil {
		e = s.inv.settings.failed(s.err)
	}
	e.status = s.status
	s.inv.end(s.err, e)
	s.inv.finish()
	return err
}

// mayStream tells whether a handler's response can be an io.Reader.
func mayStream(t reflect.Type) bool {
	return t.Kind() == reflect.Interface || t.Implements(reflect.TypeFor[io.Reader]())
}

// encodeOrStream does what aws-lambda-go does with a response that may be a reader: one that does not encode to JSON, or
// encodes to {}, is streamed.
func (s *settings) encodeOrStream(response any) ([]byte, io.Reader, error) {
	body, err := s.encode(response)
	reader, ok := response.(io.Reader)
	if ok && (err != nil || strings.HasPrefix(string(body), "{}")) {
		return nil, reader, nil
	}
	return body, nil, err
}

// bufferPool keeps encoders with their buffers.
type bufferPool struct{ pool sync.Pool }

type encodeBuffer struct {
	bytes.Buffer
	encoder *json.Encoder
}

// maxKept is the capacity from which a buffer is not kept.
const maxKept = 64 << 10

// encode encodes a response as aws-lambda-go does: without escaping HTML.
func (s *settings) encode(response any) ([]byte, error) {
	b, ok := s.buffers.pool.Get().(*encodeBuffer)
	if !ok {
		b = new(encodeBuffer)
		b.encoder = json.NewEncoder(&b.Buffer)
		b.encoder.SetEscapeHTML(false)
	}
	if err := b.encoder.Encode(response); err != nil {
		return nil, err // the encoder keeps some errors for good, so it does not go back
	}
	body := bytes.Clone(bytes.TrimSuffix(b.Bytes(), []byte("\n")))
	if b.Cap() <= maxKept {
		b.Reset()
		s.buffers.pool.Put(b)
	}
	return body, nil
}
