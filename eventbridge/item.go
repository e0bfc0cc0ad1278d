package eventbridge

import (
	"encoding/json"
	"strconv"
)

// Item is an event that [Unwrap] found, or a place where there should have been one.
type Item struct {
	// Event is the event's JSON, for [Decode] or a [Router]. It is nil if Err is not.
	Event json.RawMessage
	// Err is an [*UnwrapError] if there is something else than an event.
	Err error
	// Path is what carried the event, from the outside: SQS and then SNS for a message of a topic in a queue. It is empty if the
	// payload is the event itself. Whoever can reach the address can send what has [CarrierHTTP] in it.
	Path []string
	// RecordID is what a partial batch response names as itemIdentifier: the message id of SQS or the sequence number of Kinesis.
	// It is empty for other sources. Several events have the same RecordID if a message holds an array of them.
	RecordID string
	// SourceARN is the ARN of the queue, stream or topic that the function was called for, and empty for other sources.
	SourceARN string
	// ShardID is the shard of a Kinesis record.
	ShardID string
	// SNSMessageID is the id of the message of SNS that the event was in.
	SNSMessageID string
	// DeadLetter tells why EventBridge could not deliver the event, if the message is from the dead-letter queue of a rule's
	// target. It is nil for others.
	DeadLetter *DeadLetter
}

// Carriers of events, in the Path of an [Item].
const (
	CarrierArray       = "array"       // a JSON array
	CarrierSQS         = "SQS"         // a message of a queue
	CarrierSNS         = "SNS"         // a message of a topic
	CarrierKinesis     = "Kinesis"     // a record of a stream
	CarrierHTTP        = "HTTP"        // the body of a request
	CarrierDestination = "destination" // the record that Lambda sends to a function's destination
)

func phraseFor(carrier string) string {
	switch carrier {
	case CarrierArray:
		return "an array"
	case CarrierSQS:
		return "a message of SQS"
	case CarrierSNS:
		return "a message of SNS"
	case CarrierKinesis:
		return "a record of Kinesis"
	case CarrierHTTP:
		return "the body of an HTTP request"
	case CarrierDestination:
		return "a record of a Lambda destination"
	}
	return carrier
}

// DeadLetter is why EventBridge has given an event to the dead-letter queue of a rule's target, as the message's attributes tell
// (Amazon EventBridge User Guide, "Using dead-letter queues to process undelivered events in EventBridge").
type DeadLetter struct {
	// ErrorCode is the target's error, such as NO_PERMISSIONS or NO_RESOURCE.
	ErrorCode string
	// ErrorMessage is what the target said. It may quote anything.
	ErrorMessage string
	// RuleARN and TargetARN are the rule and its target.
	RuleARN, TargetARN string
	// ExhaustedRetryCondition is what ended the attempts, MaximumRetryAttempts or MaximumEventAgeInSeconds. It is empty for an
	// error that is not worth an attempt.
	ExhaustedRetryCondition string
	// RetryAttempts is how often EventBridge has tried again. It is 0 if the message does not tell.
	RetryAttempts int
}

// sqsAttributes are the message attributes of SQS.
type sqsAttributes map[string]struct {
	StringValue string `json:"stringValue"`
}

// deadLetter returns nil for a message that is not from a rule's dead-letter queue.
func (a sqsAttributes) deadLetter() *DeadLetter {
	if _, ok := a["RULE_ARN"]; !ok {
		return nil
	}
	d := &DeadLetter{
		ErrorCode:               a["ERROR_CODE"].StringValue,
		ErrorMessage:            a["ERROR_MESSAGE"].StringValue,
		RuleARN:                 a["RULE_ARN"].StringValue,
		TargetARN:               a["TARGET_ARN"].StringValue,
		ExhaustedRetryCondition: a["EXHAUSTED_RETRY_CONDITION"].StringValue,
	}
	d.RetryAttempts, _ = strconv.Atoi(a["RETRY_ATTEMPTS"].StringValue)
	return d
}
