package singletabletest

import (
	"errors"
	"hash/crc32"
	"io"
	"net/http"
	"strconv"
	"strings"
)

const (
	targetPrefix   = "DynamoDB_20120810."
	contentType    = "application/x-amz-json-1.0"
	maxRequestBody = 32 << 20 // 16 MB of data, with room for its form as JSON
)

// ServeHTTP answers a request of the AWS JSON 1.0 protocol, in which an X-Amz-Target header such as
// DynamoDB_20120810.PutItem names the operation. Signatures are not checked, and neither is the path.
//
// Where a fault cuts the connection it panics with http.ErrAbortHandler, which a server of net/http takes for just that.
func (e *Engine) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	out, err := e.serve(w, r)
	if r.Context().Err() != nil {
		return // nobody waits for the answer
	}
	if errors.Is(err, errConnectionCut) {
		if inside, ok := w.(*response); ok {
			inside.cut = true
			return
		}
		panic(http.ErrAbortHandler)
	}
	status := http.StatusOK
	if err != nil {
		refusal, ok := errors.AsType[*apiError](err)
		if !ok {
			refusal = &apiError{code: codeSerialization, message: err.Error()}
		}
		out, status = refusal, refusal.status()
	}
	body, err := encode(out)
	if err != nil {
		http.Error(w, "cannot encode the answer: "+err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", contentType)
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	// The service's checksum. Without it the SDK takes every answer for damaged when it closes the body, warns, and gives up the
	// connection.
	w.Header().Set("X-Amz-Crc32", strconv.FormatUint(uint64(crc32.ChecksumIEEE(body)), 10))
	w.WriteHeader(status)
	// A client that is gone has no use for the error.
	_, _ = w.Write(body)
}

func (e *Engine) serve(w http.ResponseWriter, r *http.Request) (any, error) {
	name, ok := strings.CutPrefix(r.Header.Get("X-Amz-Target"), targetPrefix)
	perform := operations[name]
	if !ok || perform == nil || r.Method != http.MethodPost {
		return nil, &apiError{code: codeUnknownOperation, message: "An unknown operation was requested."}
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxRequestBody))
	if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return nil, &apiError{code: codeRequestEntityTooLarge, message: "Request size exceeded the limit"}
	}
	if err != nil {
		return nil, &apiError{code: codeSerialization, message: "Cannot read the request: " + err.Error()}
	}
	if err := r.Context().Err(); err != nil {
		return nil, err
	}
	c := &call{operation: name, body: body}
	if err := e.strike(r.Context(), c); err != nil {
		return nil, err
	}
	out, err := perform(e, c)
	if c.answerLost {
		return nil, errConnectionCut
	}
	return out, err
}
