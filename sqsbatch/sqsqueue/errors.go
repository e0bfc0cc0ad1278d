package sqsqueue

import (
	"errors"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"github.com/lambdapatterns/lambdapatterns/sqsbatch"
)

var (
	// ErrNoDeadLetterQueue: a handler returned DeadLetter, and the [Config] names no dead-letter queue.
	ErrNoDeadLetterQueue = errors.New("there is no dead-letter queue: set Config.DeadLetterQueue")

	// ErrRefused: Amazon SQS refused this one settlement. The error itself is a [*SettleError] with the code.
	ErrRefused = errors.New("refused by Amazon SQS")

	// ErrConfig: a setting is wrong. The error itself is a [*ConfigError].
	ErrConfig = errors.New("the configuration is wrong")
)

var (
	errNotAQueue      = errors.New("it is not the ARN of an Amazon SQS queue")
	errUnconfirmed    = errors.New("not confirmed by Amazon SQS")
	errNoURL          = errors.New("the answer holds no URL")
	errNoGroup        = errors.New("a message of a FIFO queue has no MessageGroupId")
	errGroupWaits     = errors.New("an earlier message of its group could not be sent")
	errUnknownAction  = errors.New("a Settler does ChangeVisibility and SendToDeadLetter only")
	errUnknownMessage = errors.New("the settlement has no message")
)

// ConfigError says what is wrong with a setting. errors.Is(err, [ErrConfig]) holds.
type ConfigError struct {
	Setting string // the name of the field of Config, or "client"
	Value   string // as it was given
	Reason  string // what is wrong with it
}

// Error names the setting and its value, and gives the reason.
func (e *ConfigError) Error() string {
	return fmt.Sprintf("sqsqueue: %s %q: %s", e.Setting, e.Value, e.Reason)
}

// Is reports whether target is ErrConfig.
func (e *ConfigError) Is(target error) bool { return target == ErrConfig }

// SettleError says why a settlement is not done. The message comes again. errors.Is(err, [ErrRefused]) tells whether Amazon SQS
// refused this settlement alone; Err is what else was in the way: the error of a call, [ErrNoDeadLetterQueue], a
// [*ConfigError].
type SettleError struct {
	MessageID string          // of the message that was to be settled
	QueueARN  string          // of the queue that the message comes from
	Action    sqsbatch.Action // what was to be done with it

	// What Amazon SQS said of the entry, when it refused it: its code, its text without the receipt handle, and whether it
	// takes the fault to be the caller's.
	Code        string
	Text        string
	SenderFault bool

	Err error // nil when Amazon SQS refused it

	together bool // the whole call was refused for what may lie in one of its entries
}

// Error names the message and what was to be done with it, and gives the reason.
func (e *SettleError) Error() string {
	text := fmt.Sprintf("sqsqueue: %s of message %s", e.Action, e.MessageID)
	if e.Err != nil {
		return text + ": " + e.Err.Error()
	}
	return text + ": " + ErrRefused.Error() + ": " + e.Code + ": " + e.Text
}

// Is reports whether target is ErrRefused and Amazon SQS refused the settlement.
func (e *SettleError) Is(target error) bool { return target == ErrRefused && e.Err == nil }

// Unwrap returns Err.
func (e *SettleError) Unwrap() error { return e.Err }

// refused makes the error of an entry that Amazon SQS names among the failed. The service repeats receipt handles.
func (e *entry) refused(failure *types.BatchResultErrorEntry) *SettleError {
	failed := e.fail(nil)
	failed.Code, failed.SenderFault = aws.ToString(failure.Code), failure.SenderFault
	failed.Text = aws.ToString(failure.Message)
	if handle := e.Message.ReceiptHandle; handle != "" {
		failed.Text = strings.ReplaceAll(failed.Text, handle, "…")
	}
	return failed
}

// code returns the code of the service's error in err, or nothing.
func code(err error) string {
	var api interface{ ErrorCode() string }
	if !errors.As(err, &api) {
		return ""
	}
	return strings.TrimPrefix(api.ErrorCode(), "AWS.SimpleQueueService.")
}
