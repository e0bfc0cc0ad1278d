package sqsbatchtest

import (
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/aws/aws-lambda-go/events"
)

// The service's limits ("Amazon SQS message quotas"). 1 MiB holds since August 2025.
const (
	maxMessageBytes      = 1 << 20
	maxMessageAttributes = 10
	maxBatchEntries      = 10
	maxInFlight          = 120_000
	maxDelaySeconds      = 900
	maxVisibilitySeconds = 43200
	maxWaitSeconds       = 20
)

var (
	attributeName = regexp.MustCompile(`^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*$`)
	reservedName  = regexp.MustCompile(`(?i)^(aws|amazon)\.`)
	numberText    = regexp.MustCompile(`^[-+.0-9Ee]+$`)
	printableID   = regexp.MustCompile(`^[!-~]{1,128}$`)
	traceHeader   = regexp.MustCompile(`^(?:[^;]*;\s*)*Root=1-[0-9a-fA-F]{8}-[0-9a-fA-F]{24}(?:;|$)`)
)

// outgoing is a message on its way into a queue: what SendMessage, an entry of SendMessageBatch and Send have in common.
type outgoing struct {
	body       string
	attributes map[string]events.SQSMessageAttribute
	group      string
	dedup      string
	delay      *int // seconds; nil for the queue's
	trace      string
}

// size is what counts against the limits: the body and the names, types and values of the message attributes.
// System attributes do not count.
func (o *outgoing) size() int {
	n := len(o.body)
	for name, a := range o.attributes {
		n += len(name) + len(a.DataType) + len(a.BinaryValue)
		if a.StringValue != nil {
			n += len(*a.StringValue)
		}
	}
	return n
}

// checkMessage refuses what this queue does not take. The caller holds the lock.
func (q *Queue) checkMessage(o *outgoing) error {
	if o.body == "" {
		return refuse(missingParameter, "The request must contain the parameter MessageBody.")
	}
	if err := checkText("MessageBody", o.body); err != nil {
		return err
	}
	if err := checkMessageAttributes(o.attributes); err != nil {
		return err
	}
	if limit := q.number("MaximumMessageSize"); o.size() > limit {
		return refuse(invalidParameter,
			"One or more parameters are invalid. Reason: Message must be shorter than %d bytes.", limit)
	}
	if o.delay != nil && (*o.delay < 0 || *o.delay > maxDelaySeconds) {
		return refuse(invalidParameter, "Value %d for parameter DelaySeconds is invalid. Reason: "+
			"DelaySeconds must be >= 0 and <= %d.", *o.delay, maxDelaySeconds)
	}
	if o.trace != "" && !traceHeader.MatchString(o.trace) {
		return refuse(invalidParameter, "The message system attribute AWSTraceHeader must be an X-Ray trace header "+
			"with Root=1-8 hexadecimal digits-24 hexadecimal digits.")
	}
	for name, value := range map[string]string{"MessageGroupId": o.group, "MessageDeduplicationId": o.dedup} {
		if value != "" && !printableID.MatchString(value) {
			return refuse(invalidParameter, "The value of %s can only include alphanumeric and punctuation "+
				"characters, 1 to 128 in length.", name)
		}
	}
	if q.fifo {
		return q.checkFIFOMessage(o)
	}
	if o.dedup != "" {
		return refuse(invalidParameter, "The parameter MessageDeduplicationId is not valid for this queue type: "+
			"only FIFO queues have it.")
	}
	return nil
}

func checkMessageAttributes(attributes map[string]events.SQSMessageAttribute) error {
	if n := len(attributes); n > maxMessageAttributes {
		return refuse(invalidParameter,
			"Number of message attributes [%d] exceeds the allowed maximum [%d].", n, maxMessageAttributes)
	}
	for _, name := range slices.Sorted(maps.Keys(attributes)) {
		if len(name) > 256 || !attributeName.MatchString(name) || reservedName.MatchString(name) {
			return refuse(invalidParameter, "Message (user) attribute name %q is invalid: 1 to 256 alphanumeric "+
				"characters, underscores, hyphens and single inner periods, not beginning with AWS. or Amazon.", name)
		}
		if err := checkMessageAttribute(name, attributes[name]); err != nil {
			return err
		}
	}
	return nil
}

func checkMessageAttribute(name string, a events.SQSMessageAttribute) error {
	if len(a.StringListValues) > 0 || len(a.BinaryListValues) > 0 {
		return refuse(unsupported, "Message attribute list values in SendMessage operation are not supported.")
	}
	kind, _, _ := strings.Cut(a.DataType, ".")
	if len(a.DataType) > 256 || kind != "String" && kind != "Number" && kind != "Binary" {
		return refuse(invalidParameter, "The message attribute '%s' has an invalid message attribute type, the set "+
			"of supported type prefixes is Binary, Number, and String.", name)
	}
	if kind == "Binary" && (len(a.BinaryValue) == 0 || a.StringValue != nil) ||
		kind != "Binary" && (a.StringValue == nil || *a.StringValue == "" || a.BinaryValue != nil) {
		return refuse(invalidParameter, "Message (user) attribute '%s' must contain a non-empty value of type '%s'.",
			name, kind)
	}
	if kind == "Binary" {
		return nil
	}
	if _, err := strconv.ParseFloat(*a.StringValue, 64); kind == "Number" && (err != nil || !numberText.MatchString(*a.StringValue)) {
		return refuse(invalidParameter, "Can't cast the value of message (user) attribute '%s' to a number.", name)
	}
	return checkText(name, *a.StringValue)
}

// checkText refuses characters outside the set that the SendMessage page lists, invalid UTF-8 among them.
func checkText(name, text string) error {
	for i, r := range text {
		legal := r == '\t' || r == '\n' || r == '\r' || r >= 0x20 && r <= 0xd7ff || r >= 0xe000 && r <= 0xfffd || r >= 0x10000
		if r == utf8.RuneError {
			_, width := utf8.DecodeRuneInString(text[i:])
			legal = width > 1
		}
		if !legal {
			return refuse("InvalidMessageContents", "Invalid characters found in %s at byte %d. Valid unicode characters "+
				"are #x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF", name, i)
		}
	}
	return nil
}
