package sqsbatchtest

import (
	"encoding/base64"
	"time"
)

type createQueueInput struct {
	QueueName  string
	Attributes QueueAttributes
	Tags       map[string]string `json:"tags"`
}

type queueURLOutput struct {
	QueueURL string `json:"QueueUrl"`
}

func (s *SQS) createQueue(c call, in *createQueueInput) (queueURLOutput, error) {
	if len(in.Tags) > 0 {
		return queueURLOutput{}, refuse(unsupported, "The parameter tags is not supported by sqsbatchtest.")
	}
	q, err := s.CreateQueue(in.QueueName, in.Attributes)
	if err != nil {
		return queueURLOutput{}, err
	}
	return queueURLOutput{q.URL(c.endpoint)}, nil
}

// queueInput is the input of the operations that need nothing but the queue.
type queueInput struct {
	QueueURL string `json:"QueueUrl"`
}

func (s *SQS) deleteQueue(_ call, in *queueInput) (any, error) {
	q, err := s.at(in.QueueURL)
	if err != nil {
		return nil, err
	}
	return nil, s.DeleteQueue(q.name)
}

func (s *SQS) purgeQueue(_ call, in *queueInput) (any, error) {
	q, err := s.at(in.QueueURL)
	if err != nil {
		return nil, err
	}
	return nil, q.Purge()
}

type getQueueURLInput struct {
	QueueName              string
	QueueOwnerAWSAccountID string `json:"QueueOwnerAWSAccountId"`
}

func (s *SQS) getQueueURL(c call, in *getQueueURLInput) (queueURLOutput, error) {
	if in.QueueOwnerAWSAccountID != "" && in.QueueOwnerAWSAccountID != account {
		return queueURLOutput{}, refuse("QueueDoesNotExist",
			"The specified queue does not exist: every queue here belongs to account %s.", account)
	}
	q, err := s.Queue(in.QueueName)
	if err != nil {
		return queueURLOutput{}, err
	}
	return queueURLOutput{q.URL(c.endpoint)}, nil
}

type listQueuesInput struct {
	QueueNamePrefix string
	MaxResults      *int
	NextToken       string
}

type listQueuesOutput struct {
	QueueURLs []string `json:"QueueUrls,omitempty"`
	NextToken string   `json:"NextToken,omitempty"`
}

// maxListedQueues is the size of a page, and of the whole answer to a request that does not ask for pages.
const maxListedQueues = 1000

// listQueues pages by name: the token is the last name of the page before.
func (s *SQS) listQueues(c call, in *listQueuesInput) (out listQueuesOutput, err error) {
	size := maxListedQueues
	if in.MaxResults != nil {
		size = *in.MaxResults
	}
	if size < 1 || size > maxListedQueues {
		return out, refuse(invalidParameter, "Value %d for parameter MaxResults is invalid. Reason: "+
			"Must be between 1 and %d, if provided.", size, maxListedQueues)
	}
	after, err := base64.StdEncoding.DecodeString(in.NextToken)
	if err != nil {
		return out, refuse(invalidParameter, "The value for parameter NextToken is invalid.")
	}
	names := s.list(in.QueueNamePrefix, string(after))
	if len(names) > size {
		names = names[:size]
		if in.MaxResults != nil {
			out.NextToken = base64.StdEncoding.EncodeToString([]byte(names[size-1]))
		}
	}
	for _, name := range names {
		out.QueueURLs = append(out.QueueURLs, (&Queue{name: name}).URL(c.endpoint))
	}
	return out, nil
}

type getQueueAttributesInput struct {
	QueueURL       string `json:"QueueUrl"`
	AttributeNames []string
}

type queueAttributesOutput struct {
	Attributes QueueAttributes `json:"Attributes,omitempty"`
}

func (s *SQS) getQueueAttributes(_ call, in *getQueueAttributesInput) (out queueAttributesOutput, err error) {
	q, err := s.at(in.QueueURL)
	if err != nil {
		return out, err
	}
	err = q.locked(func(now time.Time) (err error) {
		out.Attributes, err = selectAttributes(q.allAttributes(now), in.AttributeNames)
		return err
	})
	return out, err
}

type setQueueAttributesInput struct {
	QueueURL   string `json:"QueueUrl"`
	Attributes QueueAttributes
}

func (s *SQS) setQueueAttributes(_ call, in *setQueueAttributesInput) (any, error) {
	q, err := s.at(in.QueueURL)
	if err != nil {
		return nil, err
	}
	if len(in.Attributes) == 0 {
		return nil, refuse(missingParameter, "The request must contain the parameter Attributes.")
	}
	return nil, q.SetAttributes(in.Attributes)
}
