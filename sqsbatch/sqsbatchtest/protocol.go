package sqsbatchtest

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/lambdapatterns/lambdapatterns/internal/uuid"
)

// The AWS JSON 1.0 protocol: a POST whose X-Amz-Target header names the operation and whose body is its input.

const (
	contentType  = "application/x-amz-json-1.0"
	targetPrefix = "AmazonSQS."
	// maxRequestBytes leaves room for the escapes and the base64 of 1 MiB of content.
	maxRequestBytes = 16 << 20
)

// call is what an operation knows of its request besides the input.
type call struct {
	ctx      context.Context
	endpoint string // the scheme and host that the request was sent to
	trace    string // the X-Amzn-Trace-Id header, when it is a trace header
}

// operation decodes its input, does its work and returns its output; nil is an empty response.
type operation func(s *SQS, c call, input []byte) (any, error)

// operations are the API calls that there are here. An operation that answers with nothing has the output any.
var operations = map[string]operation{
	"CreateQueue":                  decoding((*SQS).createQueue),
	"DeleteQueue":                  decoding((*SQS).deleteQueue),
	"GetQueueUrl":                  decoding((*SQS).getQueueURL),
	"ListQueues":                   decoding((*SQS).listQueues),
	"GetQueueAttributes":           decoding((*SQS).getQueueAttributes),
	"SetQueueAttributes":           decoding((*SQS).setQueueAttributes),
	"PurgeQueue":                   decoding((*SQS).purgeQueue),
	"SendMessage":                  decoding((*SQS).sendMessage),
	"SendMessageBatch":             decoding((*SQS).sendMessageBatch),
	"ReceiveMessage":               decoding((*SQS).receiveMessage),
	"DeleteMessage":                decoding((*SQS).deleteMessage),
	"DeleteMessageBatch":           decoding((*SQS).deleteMessageBatch),
	"ChangeMessageVisibility":      decoding((*SQS).changeMessageVisibility),
	"ChangeMessageVisibilityBatch": decoding((*SQS).changeMessageVisibilityBatch),
}

// others are the service's operations that are refused by name.
var others = []string{
	"AddPermission", "RemovePermission", "TagQueue", "UntagQueue", "ListQueueTags", "ListDeadLetterSourceQueues",
	"StartMessageMoveTask", "CancelMessageMoveTask", "ListMessageMoveTasks",
}

func decoding[In, Out any](do func(*SQS, call, *In) (Out, error)) operation {
	return func(s *SQS, c call, input []byte) (any, error) {
		var in In
		if err := decode(input, &in); err != nil {
			return nil, err
		}
		return do(s, c, &in)
	}
}

// decode reads an operation's input: one JSON object. Members that the operation does not have are ignored, as the
// service ignores them.
func decode(input []byte, in any) error {
	trimmed := bytes.TrimLeft(input, " \t\r\n")
	if len(trimmed) == 0 || trimmed[0] != '{' || !utf8.Valid(input) {
		return refuse(malformedRequest, "The body must be a JSON object in UTF-8.")
	}
	if err := json.Unmarshal(input, in); err != nil {
		// The error names positions and fields of the input, never its text.
		return refuse(malformedRequest, "The body is not this operation's input: %v.", describe(err))
	}
	return nil
}

func describe(err error) string {
	switch e := err.(type) {
	case *json.UnmarshalTypeError:
		return "a " + e.Value + " cannot be the value of " + e.Field
	case *json.SyntaxError:
		return "invalid JSON at byte " + strconv.FormatInt(e.Offset, 10)
	default:
		return "a value has the wrong form"
	}
}

// ServeHTTP answers one API call. Signatures are not checked: every caller has every permission.
func (s *SQS) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("X-Amzn-Requestid", uuid.New())
	output, err := s.serve(r)
	if r.Context().Err() != nil {
		return // nobody reads an answer
	}
	if err != nil {
		writeError(w, asError(err))
		return
	}
	w.Header().Set("Content-Type", contentType)
	if output == nil {
		return
	}
	text, err := json.Marshal(output)
	if err != nil {
		writeError(w, asError(err))
		return
	}
	w.Write(text)
}

func (s *SQS) serve(r *http.Request) (any, error) {
	name, ok := strings.CutPrefix(r.Header.Get("X-Amz-Target"), targetPrefix)
	if r.Method != http.MethodPost || !ok {
		return nil, refuse(unknownOperation, "Only the AWS JSON protocol is spoken here: POST with the header "+
			"X-Amz-Target: AmazonSQS.OPERATION.")
	}
	do, ok := operations[name]
	switch {
	case ok:
	case slices.Contains(others, name):
		return nil, refuse(unsupported, "%s is not supported by sqsbatchtest.", name)
	default:
		return nil, refuse(unknownOperation, "Amazon SQS has no operation %q.", name)
	}
	var input []byte
	if r.Body != nil { // a client's request without a body has none
		var err error
		if input, err = io.ReadAll(io.LimitReader(r.Body, maxRequestBytes+1)); err != nil {
			return nil, refuse(malformedRequest, "The body could not be read to its end.")
		}
	}
	if len(input) > maxRequestBytes {
		return nil, refuse(tooLarge, "The body is larger than %d bytes.", maxRequestBytes)
	}
	c := call{ctx: r.Context(), endpoint: endpointOf(r)}
	if trace := r.Header.Get("X-Amzn-Trace-Id"); traceHeader.MatchString(trace) {
		c.trace = trace
	}
	return do(s, c, input)
}

// endpointOf returns the scheme and host that a request was sent to. A request that a server has read has the host in Host;
// one that a client has made, and that comes here without a server between them, has it in URL.
func endpointOf(r *http.Request) string {
	scheme := cmp.Or(r.URL.Scheme, "http")
	if r.TLS != nil {
		scheme = "https"
	}
	return scheme + "://" + cmp.Or(r.Host, r.URL.Host, "localhost")
}

func writeError(w http.ResponseWriter, e *Error) {
	form := e.wire()
	fault := "Sender"
	if form.status >= http.StatusInternalServerError {
		fault = "Receiver"
	}
	w.Header().Set("Content-Type", contentType)
	w.Header().Set("X-Amzn-Query-Error", form.queryCode+";"+fault)
	w.WriteHeader(form.status)
	text, _ := json.Marshal(map[string]string{"__type": form.namespace + e.Code, "message": e.Message})
	w.Write(text)
}

// at returns the queue that a request's QueueUrl names by its path; the host is as good as any other.
func (s *SQS) at(queueURL string) (*Queue, error) {
	u, err := url.Parse(queueURL)
	if err != nil {
		return nil, ErrQueueDoesNotExist
	}
	name, ok := strings.CutPrefix(u.Path, "/"+account+"/")
	if !ok {
		return nil, refuse("QueueDoesNotExist", "The specified queue does not exist: the path of a QueueUrl is /%s/NAME.", account)
	}
	return s.Queue(name)
}
