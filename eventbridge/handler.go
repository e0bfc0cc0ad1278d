package eventbridge

import (
	"context"
	"encoding/json"

	"github.com/lambdapatterns/lambdapatterns/eventbridge/internal/wire"
)

// Handler handles one event, given as its JSON. [Handle] makes one, and it can be written by hand.
//
// lambda.Start takes it and hands it the payload as it came, without the pass of encoding/json over it that a handler of an
// Event pays for: see [Handler.Invoke]. It also is what sqsbatch.Handle takes for a queue whose messages are events. It is safe
// for concurrent use if the function is. The JSON is only valid during the call.
type Handler func(ctx context.Context, event json.RawMessage) error

// Handle returns a Handler that decodes each event as [Decode] does and gives it to handle. It panics if handle is nil.
func Handle[D any](handle func(context.Context, Event[D]) error) Handler {
	if handle == nil {
		panic("eventbridge: Handle needs a function, got nil")
	}
	return func(ctx context.Context, event json.RawMessage) error {
		e, err := Decode[D](event)
		if err != nil {
			return err
		}
		return handle(ctx, e)
	}
}

// Invoke makes a Handler a lambda.Handler. The payload is one event, or a JSON array of events, which some kinds of event buses
// hand to a function. The events of an array are handled one after another, all of them: if some fail, the error is a
// [*BatchError], Lambda's asynchronous invocation comes with the whole array again, and those that had succeeded are
// handled again. The error of a single event is returned as it is.
func (h Handler) Invoke(ctx context.Context, payload []byte) ([]byte, error) {
	return invoke(ctx, payload, h)
}

func invoke(ctx context.Context, payload []byte, handle Handler) ([]byte, error) {
	list, ok := wire.Elements(payload)
	if !ok {
		if err := handle(ctx, payload); err != nil {
			return nil, err
		}
		return []byte("null"), nil
	}
	if len(list) == 0 {
		return nil, &DecodeError{Err: wire.Reason("it is an empty array")}
	}
	errs, failed := make([]error, len(list)), false
	for i, event := range list {
		if errs[i] = ctx.Err(); errs[i] == nil {
			errs[i] = handle(ctx, event)
		}
		failed = failed || errs[i] != nil
	}
	if failed {
		return nil, &BatchError{Errs: errs}
	}
	return []byte("null"), nil
}
