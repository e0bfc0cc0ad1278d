package sqsbatch

import (
	"context"

	"github.com/aws/aws-lambda-go/events"
)

type messageKey struct{}

// messageContext is the context of one handler call. It is a type of its own so that a batch allocates all of them at once.
type messageContext struct {
	context.Context
	message *events.SQSMessage
}

func (c *messageContext) Value(key any) any {
	if key == (messageKey{}) {
		return c.message
	}
	return c.Context.Value(key)
}

// MessageFromContext returns the message that the handler was called for: its id, attributes, receipt handle and raw body.
// It reports false when ctx does not come from a handler call of this package. The message shares its maps and strings with
// the batch: do not change them.
func MessageFromContext(ctx context.Context) (events.SQSMessage, bool) {
	m, ok := ctx.Value(messageKey{}).(*events.SQSMessage)
	if !ok {
		return events.SQSMessage{}, false
	}
	return *m, true
}
