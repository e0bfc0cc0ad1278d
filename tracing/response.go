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
	stream io.Reader // instead of what follows

	mu     sync.Mutex
	body   []byte // in buffer, unless that is nil
	buffer *encodeBuffer
	closed bool
}

// Read reads the response.
func (r *response) Read(p []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.body) == 0 {
		return 0, io.EOF
	}
	n := copy(p, r.body)
	r.body = r.body[n:]
	return n, nil
}

// ContentType is that of every response of a function.
func (*response) ContentType() string { return "application/json" }

// Close is called when the response has been posted.
func (r *response) Close() error {
	r.mu.Lock()
	first, buffer := !r.closed, r.buffer
	r.closed, r.body, r.buffer = true, nil, nil
	r.mu.Unlock()
	if buffer != nil {
		r.inv.settings.buffers.put(buffer)
	}
	if first {
		r.inv.finish()
	}
	return nil
}

// streamed is a response that the handler left to be read. The invocation ends with it.
type streamed struct {
	inv    *invocation
	reader io.Reader
	status int
	closed atomic.Bool

	mu  sync.Mutex // net/http may read on while aws-lambda-go closes
	err error      // of Read
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
		s.mu.Lock()
		s.err = err
		s.mu.Unlock()
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
	s.mu.Lock()
	failure := s.err
	s.mu.Unlock()
	e := ending{}
	if failure != nil {
		e = s.inv.settings.failed(failure)
	}
	e.status = s.status
	s.inv.end(failure, e)
	s.inv.finish()
	return err
}

// mayStream tells whether a handler's response can be an io.Reader.
func mayStream(t reflect.Type) bool {
	return t.Kind() == reflect.Interface || t.Implements(reflect.TypeFor[io.Reader]())
}

// answer makes the handler's response the invocation's. A reader is streamed on the terms of aws-lambda-go: if it does not
// encode to JSON, or encodes to {}.
func (inv *invocation) answer(value any, mayStream bool) error {
	r := &inv.response
	b := inv.settings.buffers.get()
	err := b.encoder.Encode(value)
	if mayStream && (err != nil || strings.HasPrefix(b.String(), "{}")) {
		if reader, ok := value.(io.Reader); ok {
			r.stream = reader
			return nil
		}
	}
	if err != nil {
		return err // the encoder keeps some errors for good, so it does not go back
	}
	r.buffer, r.body = b, bytes.TrimSuffix(b.Bytes(), []byte("\n"))
	return nil
}

// bufferPool keeps encoders with their buffers.
type bufferPool struct{ pool sync.Pool }

type encodeBuffer struct {
	bytes.Buffer
	encoder *json.Encoder
}

// maxKept is the capacity from which a buffer is not kept.
const maxKept = 64 << 10

// get returns an empty buffer, whose encoder is set as aws-lambda-go's is: it does not escape HTML.
func (p *bufferPool) get() *encodeBuffer {
	if b, ok := p.pool.Get().(*encodeBuffer); ok {
		return b
	}
	b := new(encodeBuffer)
	b.encoder = json.NewEncoder(&b.Buffer)
	b.encoder.SetEscapeHTML(false)
	return b
}

func (p *bufferPool) put(b *encodeBuffer) {
	if b.Cap() <= maxKept {
		b.Reset()
		p.pool.Put(b)
	}
}
