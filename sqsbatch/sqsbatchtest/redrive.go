package sqsbatchtest

import (
	"encoding/json"
	"slices"
	"strconv"
	"time"
)

// RedrivePolicy returns the value of the attribute RedrivePolicy that makes q another queue's dead-letter queue: a
// message of that queue which has been received maxReceiveCount times, 1 to 1,000, moves to q instead of being received
// once more.
func (q *Queue) RedrivePolicy(maxReceiveCount int) string {
	return (&redrivePolicy{Target: q.arn, MaxReceives: maxReceiveCount}).String()
}

type redrivePolicy struct {
	Target      string `json:"deadLetterTargetArn"`
	MaxReceives int    `json:"maxReceiveCount"`
}

func (p *redrivePolicy) String() string {
	text, _ := json.Marshal(p) // a string and a number always encode
	return string(text)
}

// parseRedrive reads a RedrivePolicy; "" is none. The count may be a number or, as some tools write it, a string.
func parseRedrive(value string) (*redrivePolicy, error) {
	if value == "" {
		return nil, nil
	}
	var policy struct {
		Target      *string         `json:"deadLetterTargetArn"`
		MaxReceives json.RawMessage `json:"maxReceiveCount"`
	}
	if err := json.Unmarshal([]byte(value), &policy); err != nil {
		return nil, refuse("InvalidAttributeValue", "Invalid value for the parameter RedrivePolicy. Reason: it must be "+
			"a JSON object with deadLetterTargetArn and maxReceiveCount.")
	}
	if policy.Target == nil || policy.MaxReceives == nil {
		return nil, refuse(invalidParameter, "The value for parameter RedrivePolicy is invalid. Reason: "+
			"It needs both deadLetterTargetArn and maxReceiveCount.")
	}
	text := string(policy.MaxReceives)
	if unquoted, err := strconv.Unquote(text); err == nil {
		text = unquoted
	}
	count, err := strconv.Atoi(text)
	if err != nil || count < 1 || count > 1000 {
		return nil, refuse(invalidParameter, "The value for parameter RedrivePolicy is invalid. Reason: "+
			"maxReceiveCount must be an integer from 1 to 1000.")
	}
	return &redrivePolicy{*policy.Target, count}, nil
}

// checkRedriveTarget refuses a dead-letter queue that is missing, of the other type, or unwilling. The caller holds
// the lock.
func (q *Queue) checkRedriveTarget(policy *redrivePolicy) error {
	target := q.sqs.byARN(policy.Target)
	switch {
	case policy.Target == q.arn:
		return nil
	case target == nil:
		return refuse(invalidParameter, "The value for parameter RedrivePolicy is invalid. Reason: "+
			"Dead letter target %s does not exist.", policy.Target)
	case target.fifo != q.fifo:
		return refuse(invalidParameter, "The value for parameter RedrivePolicy is invalid. Reason: "+
			"Dead-letter queue must be same type of queue as the source: %s is not.", policy.Target)
	case !target.allow.allows(q.arn):
		return refuse(invalidParameter, "The value for parameter RedrivePolicy is invalid. Reason: "+
			"The RedriveAllowPolicy of %s does not allow this queue.", policy.Target)
	}
	return nil
}

type redriveAllowPolicy struct {
	Permission string   `json:"redrivePermission"`
	Sources    []string `json:"sourceQueueArns"`
}

func parseRedriveAllow(value string) (*redriveAllowPolicy, error) {
	if value == "" {
		return nil, nil
	}
	var policy redriveAllowPolicy
	if err := json.Unmarshal([]byte(value), &policy); err != nil {
		return nil, refuse("InvalidAttributeValue", "Invalid value for the parameter RedriveAllowPolicy. Reason: it must "+
			"be a JSON object with redrivePermission.")
	}
	byQueue := policy.Permission == "byQueue"
	if !byQueue && policy.Permission != "allowAll" && policy.Permission != "denyAll" ||
		byQueue != (len(policy.Sources) > 0) || len(policy.Sources) > 10 {
		return nil, refuse(invalidParameter, "The value for parameter RedriveAllowPolicy is invalid. Reason: "+
			"redrivePermission is allowAll, denyAll, or byQueue with 1 to 10 sourceQueueArns.")
	}
	return &policy, nil
}

func (p *redriveAllowPolicy) allows(source string) bool {
	return p == nil || p.Permission == "allowAll" || slices.Contains(p.Sources, source)
}

// deadLetter moves the message to the dead-letter queue when one more receive would exceed the maximum, and reports
// whether it did. The message keeps its id, content, trace header, counts and time of sending. A standard queue's
// retention goes on from then; a FIFO queue's starts anew ("Setting-up dead-letter queue retention in Amazon SQS").
// When the dead-letter queue has been deleted the message stays. The caller holds the lock.
func (q *Queue) deadLetter(m *message, now time.Time) bool {
	if q.redrive == nil || m.receives < q.redrive.MaxReceives {
		return false
	}
	target := q.sqs.byARN(q.redrive.Target)
	if target == nil {
		return false
	}
	q.remove(m)
	m.source = q.arn
	m.visibleAt, m.delayed = now, false
	m.arrival = q.sqs.arrival()
	if target.fifo {
		m.enqueued = now
		m.sequence = sequenceNumber(m.arrival)
	}
	target.add(m, now)
	return true
}
