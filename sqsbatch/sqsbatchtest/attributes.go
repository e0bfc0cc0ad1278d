package sqsbatchtest

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"time"
)

// QueueAttributes are a queue's settings under the names and in the notation of the CreateQueue call, for example
// {"VisibilityTimeout": "30"}. What is not set has AWS's default. Policy, KmsMasterKeyId, KmsDataKeyReusePeriodSeconds
// and SqsManagedSseEnabled are kept and returned and have no effect.
type QueueAttributes map[string]string

// attribute describes one setting: what a new queue has, whether only a FIFO queue has it, and what it may be.
type attribute struct {
	initial string
	fifo    bool
	check   func(value string) error
}

// settable are the attributes that CreateQueue and SetQueueAttributes take, with the limits that their pages in the
// Amazon SQS API Reference give. RedrivePolicy and RedriveAllowPolicy are checked where they take effect.
var settable = map[string]attribute{
	"DelaySeconds":                  {initial: "0", check: between(0, 900)},
	"MaximumMessageSize":            {initial: "1048576", check: between(1024, maxMessageBytes)},
	"MessageRetentionPeriod":        {initial: "345600", check: between(60, 1209600)},
	"ReceiveMessageWaitTimeSeconds": {initial: "0", check: between(0, 20)},
	"VisibilityTimeout":             {initial: "30", check: between(0, 43200)},
	"FifoQueue":                     {fifo: true, check: oneOf("true")},
	"ContentBasedDeduplication":     {initial: "false", fifo: true, check: oneOf("true", "false")},
	"DeduplicationScope":            {initial: "queue", fifo: true, check: oneOf("queue", "messageGroup")},
	"FifoThroughputLimit":           {initial: "perQueue", fifo: true, check: oneOf("perQueue", "perMessageGroupId")},
	"RedrivePolicy":                 {check: anything},
	"RedriveAllowPolicy":            {check: anything},
	"Policy":                        {check: emptyOrObject},
	"KmsMasterKeyId":                {check: anything},
	"KmsDataKeyReusePeriodSeconds":  {check: between(60, 86400)},
	"SqsManagedSseEnabled":          {initial: "true", check: oneOf("true", "false")},
}

// computed are the attributes that GetQueueAttributes returns and nobody sets.
var computed = []string{
	"ApproximateNumberOfMessages", "ApproximateNumberOfMessagesDelayed", "ApproximateNumberOfMessagesNotVisible",
	"CreatedTimestamp", "LastModifiedTimestamp", "QueueArn",
}

func between(low, high int) func(string) error {
	return func(value string) error {
		n, err := strconv.Atoi(value)
		if err != nil || n < low || n > high {
			return fmt.Errorf("it must be an integer from %d to %d", low, high)
		}
		return nil
	}
}

func oneOf(values ...string) func(string) error {
	return func(value string) error {
		if !slices.Contains(values, value) {
			return fmt.Errorf("it must be one of %q", values)
		}
		return nil
	}
}

func anything(string) error { return nil }

func emptyOrObject(value string) error {
	var object map[string]json.RawMessage
	if value != "" && json.Unmarshal([]byte(value), &object) != nil {
		return fmt.Errorf("it must be a JSON object")
	}
	return nil
}

// checkAttributes refuses attributes that do not exist, are not this kind of queue's, or are out of range.
func checkAttributes(attributes QueueAttributes, fifo bool) error {
	for _, name := range slices.Sorted(maps.Keys(attributes)) {
		a, known := settable[name]
		if !known || a.fifo && !fifo {
			return refuse("InvalidAttributeName", "Unknown Attribute %s.", name)
		}
		if err := a.check(attributes[name]); err != nil {
			return refuse("InvalidAttributeValue", "Invalid value for the parameter %s. Reason: %v.", name, err)
		}
	}
	return nil
}

// setAttributes changes the queue's settings, all of them or none. The caller holds the lock.
func (q *Queue) setAttributes(changes QueueAttributes, now time.Time) error {
	if err := checkAttributes(changes, q.fifo); err != nil {
		return err
	}
	next := maps.Clone(q.attributes)
	maps.Copy(next, changes)
	if next["FifoThroughputLimit"] == "perMessageGroupId" && next["DeduplicationScope"] != "messageGroup" {
		return refuse("InvalidAttributeValue", "Invalid value for the parameter FifoThroughputLimit. Reason: "+
			"perMessageGroupId needs DeduplicationScope messageGroup.")
	}
	redrive, err := parseRedrive(next["RedrivePolicy"])
	if err != nil {
		return err
	}
	allow, err := parseRedriveAllow(next["RedriveAllowPolicy"])
	if err != nil {
		return err
	}
	if _, changed := changes["RedrivePolicy"]; changed && redrive != nil {
		if err := q.checkRedriveTarget(redrive); err != nil {
			return err
		}
		next["RedrivePolicy"] = redrive.String()
	}
	if changes["KmsMasterKeyId"] != "" {
		next["SqsManagedSseEnabled"] = "false"
	}
	maps.DeleteFunc(next, func(_, value string) bool { return value == "" })
	q.attributes, q.redrive, q.allow, q.modified = next, redrive, allow, now
	q.expiry = time.Time{}
	q.wake()
	return nil
}

// number returns an integer attribute; checkAttributes has made sure that it is one.
func (q *Queue) number(name string) int {
	n, _ := strconv.Atoi(q.attributes[name])
	return n
}

// seconds returns an integer attribute that counts seconds.
func (q *Queue) seconds(name string) time.Duration {
	return time.Duration(q.number(name)) * time.Second
}

// allAttributes returns what GetQueueAttributes does for "All". The caller holds the lock.
func (q *Queue) allAttributes(now time.Time) QueueAttributes {
	all := maps.Clone(q.attributes)
	counts := q.count(now)
	all["QueueArn"] = q.arn
	all["CreatedTimestamp"] = strconv.FormatInt(q.created.Unix(), 10)
	all["LastModifiedTimestamp"] = strconv.FormatInt(q.modified.Unix(), 10)
	all["ApproximateNumberOfMessages"] = strconv.Itoa(counts.Visible)
	all["ApproximateNumberOfMessagesNotVisible"] = strconv.Itoa(counts.InFlight)
	all["ApproximateNumberOfMessagesDelayed"] = strconv.Itoa(counts.Delayed)
	return all
}

// selectAttributes returns the named ones, or all for the name "All".
func selectAttributes(all QueueAttributes, names []string) (QueueAttributes, error) {
	selected := QueueAttributes{}
	for _, name := range names {
		if _, known := settable[name]; !known && name != "All" && !slices.Contains(computed, name) {
			return nil, refuse("InvalidAttributeName", "Unknown Attribute %s.", name)
		}
		if name == "All" {
			selected = all
		} else if value, ok := all[name]; ok {
			selected[name] = value
		}
	}
	return selected, nil
}
