package sqsqueue

import (
	"context"
	"strconv"
	"sync"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/lambdapatterns/lambdapatterns/sqsbatch"
)

// Client is what a [Settler] needs of an Amazon SQS client. *sqs.Client has it.
type Client interface {
	GetQueueUrl(context.Context, *sqs.GetQueueUrlInput, ...func(*sqs.Options)) (*sqs.GetQueueUrlOutput, error)
	ChangeMessageVisibilityBatch(context.Context, *sqs.ChangeMessageVisibilityBatchInput, ...func(*sqs.Options)) (*sqs.ChangeMessageVisibilityBatchOutput, error)
	SendMessageBatch(context.Context, *sqs.SendMessageBatchInput, ...func(*sqs.Options)) (*sqs.SendMessageBatchOutput, error)
}

// Config says which queues a [Settler] works on. The zero value is enough for RetryAfter and WithBackoff.
type Config struct {
	// Queue is the queue that the messages come from, by URL or ARN. Given by URL, it takes no GetQueueUrl. Given either way,
	// New finds a dead-letter queue that cannot be its one. Defaults to whatever queue a message says that it comes from: the
	// functions of several event source mappings leave it out.
	Queue string

	// DeadLetterQueue is where DeadLetter sends, by URL or ARN. By ARN it may be of another account, and costs one GetQueueUrl.
	// It must be of the same type as the queue, standard or FIFO, and in the client's region. Defaults to none: DeadLetter then
	// fails with [ErrNoDeadLetterQueue], message by message at run time, and the message comes again.
	DeadLetterQueue string

	// WithoutReason leaves the text of the handler's error out of the copies, where it could hold what the readers of the
	// dead-letter queue must not see. Defaults to false: they see the body as well.
	WithoutReason bool
}

// Settler implements [sqsbatch.Settler] with a client of Amazon SQS. It is safe for concurrent use.
type Settler struct {
	client        Client
	source, dead  queueRef // zero: not given
	withoutReason bool

	mu   sync.Mutex
	urls map[queueID]string // what GetQueueUrl told, and what was given
}

var _ sqsbatch.Settler = (*Settler)(nil)

// New returns a Settler that works through client. It makes no call. Its error is a [*ConfigError], which says what is wrong
// with the configuration: a queue that is given as neither URL nor ARN, a dead-letter queue of another type than the queue,
// the queue as its own dead-letter queue, or an ARN of another region than the client's.
func New(client Client, config Config) (*Settler, error) {
	if client == nil {
		return nil, &ConfigError{Setting: "client", Value: "nil", Reason: "there is none"}
	}
	s := &Settler{client: client, withoutReason: config.WithoutReason, urls: map[queueID]string{}}
	var err error
	if s.source, err = s.configured("Queue", config.Queue); err != nil {
		return nil, err
	}
	if s.dead, err = s.configured("DeadLetterQueue", config.DeadLetterQueue); err != nil {
		return nil, err
	}
	if s.source.name != "" && s.dead.name != "" {
		if reason := unfit(s.source.queueID, s.dead.queueID); reason != "" {
			return nil, &ConfigError{Setting: "DeadLetterQueue", Value: config.DeadLetterQueue, Reason: reason}
		}
	}
	return s, nil
}

// Prime looks up the queues that are given by ARN, so that an ARN without a queue, or a missing permission, shows when the
// function starts, and the first failure of a message takes a call less. It makes two calls at most, ends with ctx, and can be a
// task of package coldstart.
func (s *Settler) Prime(ctx context.Context) error {
	for _, q := range []queueRef{s.source, s.dead} {
		if q.name != "" {
			if _, err := s.url(ctx, q.queueID); err != nil {
				return err
			}
		}
	}
	return nil
}

// Settle implements [sqsbatch.Settler]: it changes visibilities and sends copies, ten a call and up to ten calls at once, the
// copies first. What Amazon SQS refuses for the moment it tries again, after random delays that grow, up to eight times and
// until shortly before ctx's deadline. Each error of its result is nil, where Amazon SQS confirmed the settlement, or a
// [*SettleError].
func (s *Settler) Settle(ctx context.Context, settlements []sqsbatch.Settlement) []error {
	ctx, cancel := early(ctx)
	defer cancel()
	errs := make([]error, len(settlements))
	var copies []*entry
	changes := map[queueID][]*entry{}
	for i := range settlements {
		e := &entry{Settlement: &settlements[i], err: &errs[i]}
		if e.Message == nil {
			errs[i] = e.fail(errUnknownMessage)
			continue
		}
		from, err := parseARN(e.Message.EventSourceARN)
		switch {
		case err != nil:
			errs[i] = e.fail(err)
		case e.Action == sqsbatch.ChangeVisibility:
			errs[i] = e.fail(errUnconfirmed)
			changes[from] = append(changes[from], e)
		case e.Action == sqsbatch.SendToDeadLetter:
			if err := s.fits(from); err != nil {
				errs[i] = e.fail(err)
				continue
			}
			errs[i] = e.fail(errUnconfirmed)
			copies = append(copies, e)
		default:
			errs[i] = e.fail(errUnknownAction)
		}
	}
	calls := newCalls()
	s.sendCopies(ctx, calls, copies)
	for from, entries := range changes {
		s.changeVisibility(ctx, calls, from, entries)
	}
	calls.Wait()
	return errs
}

// entry is a settlement on its way.
type entry struct {
	*sqsbatch.Settlement
	err  *error // its place in the result; not nil until it is confirmed
	copy copied // of SendToDeadLetter
}

// fail makes the error of the entry.
func (e *entry) fail(err error) *SettleError {
	failed := &SettleError{Action: e.Action, Err: err}
	if e.Message != nil {
		failed.MessageID, failed.QueueARN = e.Message.MessageId, e.Message.EventSourceARN
	}
	return failed
}

// fits tells why copies of a queue's messages cannot go to the dead-letter queue.
func (s *Settler) fits(from queueID) error {
	if s.dead.name == "" {
		return ErrNoDeadLetterQueue
	}
	if reason := unfit(from, s.dead.queueID); reason != "" {
		return &ConfigError{Setting: "DeadLetterQueue", Value: s.dead.given, Reason: reason}
	}
	return nil
}

// longestDelay is that of package sqsbatch, for whoever calls Settle without it.
const longestDelay = 11*time.Hour + 40*time.Minute

// seconds is a delay as the API takes it: whole seconds, rounded up, within what the service allows.
func seconds(d time.Duration) int32 {
	d = min(max(d, 0), longestDelay)
	return int32((d + time.Second - 1) / time.Second)
}

func entryID(i int) string { return strconv.Itoa(i) }

// group is a message's group, empty where there is none.
func group(m *events.SQSMessage) string { return m.Attributes["MessageGroupId"] }
