package sqsbatch

import (
	"encoding/json"

	"github.com/aws/aws-lambda-go/events"
)

// decodeEvent decodes an invocation's payload.
func decodeEvent(payload []byte) (events.SQSEvent, error) {
	var event events.SQSEvent
	err := json.Unmarshal(payload, &event)
	return event, err
}

// appendResponse encodes a response.
func appendResponse(to []byte, response events.SQSEventResponse) ([]byte, error) {
	encoded, err := json.Marshal(response)
	return append(to, encoded...), err
}
