package singletable

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	sdkretry "github.com/aws/aws-sdk-go-v2/aws/retry"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
)

// call is what requests are sent for.
type call struct {
	table   *Table
	op      string
	entity  *entity     // nil for a transaction: see actions
	as      string      // the name to go by when there is neither
	place   *place      // whose pattern the requests go by; nil when it is none, as in a scan
	claims  *constraint // by the pattern of whose claims they go instead
	index   string      // empty for the table
	whole   bool        // the requests give both keys, not the partition alone
	actions []action    // of a transaction
	try     int         // from 1; 0 where there is one only
}

// call is a call that reads by the partition key, or by the whole key.
func (s source) call(op string, whole bool) call {
	return call{table: s.entity.table, op: op, entity: s.entity, place: s.place, index: s.index, whole: whole}
}

// call is a call that reads or writes by the table's key.
func (e *entity) call(op string) call {
	return call{table: e.table, op: op, entity: e, place: &e.key, whole: true}
}

// send sends a request: every one that goes to DynamoDB goes this way. After ctx has ended nothing is sent.
func send[In, Out any](
	ctx context.Context, c call, in *In,
	request func(Client, context.Context, *In, ...func(*dynamodb.Options)) (*Out, error),
) (*Out, error) {
	if err := ended(ctx); err != nil {
		return nil, err
	}
	if c.table.observe != nil {
		return observed(ctx, &c, in, request)
	}
	out, err := request(c.table.client, ctx, in)
	if err != nil {
		return nil, c.explain(err)
	}
	return out, nil
}

// observed is send with a report to the table's observer.
func observed[In, Out any](
	ctx context.Context, c *call, in *In,
	request func(Client, context.Context, *In, ...func(*dynamodb.Options)) (*Out, error),
) (*Out, error) {
	r := Request{
		Op: c.op, Table: c.table.name, Entity: c.entityName(), Index: c.index, Pattern: c.pattern(), Try: max(c.try, 1),
	}
	r.ask(in)
	start := time.Now()
	out, err := request(c.table.client, ctx, in)
	r.Duration = time.Since(start)
	if err != nil {
		err = c.explain(err)
		r.failed(c, err)
		out = nil
	} else {
		r.answered(out)
	}
	c.table.observe(ctx, r)
	return out, err
}

// ended returns the error of a context that has ended, with its cause.
func ended(ctx context.Context) error {
	err := ctx.Err()
	if err == nil {
		return nil
	}
	if cause := context.Cause(ctx); !errors.Is(cause, err) {
		return fmt.Errorf("%w: %w", err, cause)
	}
	return context.Cause(ctx)
}

// entityName names the entity, or all those of a transaction.
func (c *call) entityName() string {
	switch {
	case c.entity != nil:
		return c.entity.schema.Type
	case c.as != "":
		return c.as
	}
	return c.each(func(a *action) string { return a.entity.schema.Type })
}

// pattern is the access pattern as text.
func (c *call) pattern() string {
	text := ""
	switch {
	case c.actions != nil && c.entity == nil:
		text = c.each(func(a *action) string { return a.entity.key.wholePattern() })
	case c.claims != nil:
		text = c.claims.pattern() + "|" + claimSort
	case c.place != nil && c.whole:
		text = c.place.wholePattern()
	case c.place != nil:
		text = c.place.partitionPattern()
	}
	return strings.TrimSpace(c.index + " " + text)
}

func (p *place) wholePattern() string { return p.partitionPattern() + "|" + p.sortKey.pattern }

// each joins what the actions of a transaction are called, each name once, in the order of the actions.
func (c *call) each(name func(*action) string) string {
	var names []string
	for i := range c.actions {
		if n := name(&c.actions[i]); !slices.Contains(names, n) {
			names = append(names, n)
		}
	}
	return strings.Join(names, "+")
}

// attemptsOf returns how many attempts the SDK made of a request that failed; 0 when that cannot be told. The SDK says it when
// it gave up, and in a header of each attempt that was answered.
func attemptsOf(err error) int {
	if e, ok := errors.AsType[*sdkretry.MaxAttemptsError](err); ok {
		return e.Attempt
	}
	e, ok := errors.AsType[*awshttp.ResponseError](err)
	if !ok || e.Response == nil || e.Response.Response == nil || e.Response.Request == nil {
		return 0
	}
	for field := range strings.SplitSeq(e.Response.Request.Header.Get("Amz-Sdk-Request"), "; ") {
		if n, found := strings.CutPrefix(field, "attempt="); found {
			attempts, _ := strconv.Atoi(n)
			return attempts
		}
	}
	return 0
}
