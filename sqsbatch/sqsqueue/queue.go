package sqsqueue

import (
	"context"
	"fmt"
	"net/url"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/arn"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
)

// queueID names a queue among those that a client can reach: it works in one region.
type queueID struct{ account, name string }

func (q queueID) fifo() bool { return strings.HasSuffix(q.name, ".fifo") }

// queueRef is a queue as the configuration gives it.
type queueRef struct {
	queueID
	given string
}

// configured reads a setting that names a queue, by URL or ARN. Empty is none.
func (s *Settler) configured(setting, value string) (queueRef, error) {
	if value == "" {
		return queueRef{}, nil
	}
	wrong := func(reason string) (queueRef, error) {
		return queueRef{}, &ConfigError{Setting: setting, Value: value, Reason: reason}
	}
	if strings.HasPrefix(value, "arn:") {
		id, err := parseARN(value)
		if err != nil {
			return wrong(err.Error())
		}
		if region := s.region(); region != "" && region != strings.Split(value, ":")[3] {
			return wrong("the client works in another region, " + region)
		}
		return queueRef{id, value}, nil
	}
	u, err := url.Parse(value)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" {
		return wrong("it is neither the URL of a queue nor its ARN")
	}
	path := strings.Split(u.Path, "/") // of every form of URL the last two are the account and the name
	if len(path) < 3 || path[len(path)-2] == "" || path[len(path)-1] == "" {
		return wrong("the URL of a queue ends in /account/name")
	}
	id := queueID{path[len(path)-2], path[len(path)-1]}
	s.urls[id] = value
	return queueRef{id, value}, nil
}

// region is the client's region where it tells, and where no other endpoint than the region's is set.
func (s *Settler) region() string {
	client, ok := s.client.(interface{ Options() sqs.Options })
	if !ok {
		return ""
	}
	if o := client.Options(); o.BaseEndpoint == nil {
		return o.Region
	}
	return ""
}

func parseARN(value string) (queueID, error) {
	a, err := arn.Parse(value)
	if err != nil || a.Service != "sqs" || a.Region == "" || a.AccountID == "" || a.Resource == "" || strings.ContainsAny(a.Resource, ":/") {
		return queueID{}, errNotAQueue
	}
	return queueID{a.AccountID, a.Resource}, nil
}

// unfit tells why dead cannot be the dead-letter queue of from; empty when it can.
func unfit(from, dead queueID) string {
	switch {
	case from == dead:
		return "it is the queue that the messages come from: a copy would be handled again, without end"
	case from.fifo() && !dead.fifo():
		return "it is a standard queue, and " + from.name + " is a FIFO queue: the order of a group would be lost"
	case !from.fifo() && dead.fifo():
		return "it is a FIFO queue, and " + from.name + " is a standard queue, whose messages need not have a group"
	}
	return ""
}

// url returns the URL of a queue. It asks Amazon SQS once, or twice when two invocations do at the same moment; a failure is
// not remembered.
func (s *Settler) url(ctx context.Context, q queueID) (string, error) {
	s.mu.Lock()
	known, ok := s.urls[q]
	s.mu.Unlock()
	if ok {
		return known, nil
	}
	out, err := s.client.GetQueueUrl(ctx, &sqs.GetQueueUrlInput{QueueName: &q.name, QueueOwnerAWSAccountId: &q.account})
	if err != nil {
		return "", fmt.Errorf("sqsqueue: look up the queue %s of account %s: %w", q.name, q.account, err)
	}
	found := aws.ToString(out.QueueUrl)
	if found == "" {
		return "", fmt.Errorf("sqsqueue: look up the queue %s of account %s: %w", q.name, q.account, errNoURL)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.urls[q] = found
	return found, nil
}
