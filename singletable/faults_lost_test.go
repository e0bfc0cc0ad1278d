package singletable_test

import (
	"errors"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/expression"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/lambdapatterns/lambdapatterns/singletable"
	"github.com/lambdapatterns/lambdapatterns/singletable/singletabletest"
)

// A connection that is cut before a request is performed costs a try and nothing else.
func TestFaultsCutConnections(t *testing.T) {
	t.Parallel()
	for _, c := range faultyCalls() {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			passes(t, c, 1, singletabletest.ConnectionCut())
		})
	}
}

// What is idempotent by itself or, as a transaction, by the token that the SDK gives it, can lose its answer and be sent again.
func TestFaultsLostAnswersOfIdempotentCalls(t *testing.T) {
	t.Parallel()
	for _, c := range faultyCalls() {
		switch c.name {
		case "create", "update": // see below, and Update's own guards
			continue
		}
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			passes(t, c, 1, singletabletest.AnswerLost())
		})
	}
}

// A Create of an entity without times of its own cannot tell its own first attempt from another's item, so it says that
// there is one; the item is what it wrote. With unique values it is a transaction, which has a token.
func TestFaultsLostAnswersOfCreates(t *testing.T) {
	t.Parallel()
	onFaults(t, func(t *testing.T, engine *singletabletest.Engine, s store) {
		engine.Inject(singletabletest.Fault{Operations: []string{"PutItem"}, Times: 1, Do: singletabletest.AnswerLost()})
		if err := s.orders.Create(t.Context(), faultyOrder); !errors.Is(err, singletable.ErrExists) {
			t.Errorf("got %v, want ErrExists", err)
		}
		if got, err := s.orders.Get(t.Context(), faultyOrder); err != nil || got.Total != faultyOrder.Total {
			t.Errorf("the table holds %+v, %v", got, err)
		}

		members := repo[User](t, singletable.NewTable(s.client, s.table), singletable.Schema{
			Type: "Member", Key: singletable.Pattern("MEMBER#{id}", "PROFILE"), Unique: map[string]string{"email": "{email}"},
		})
		lost := engine.Inject(singletabletest.Fault{Operations: []string{"TransactWriteItems"}, Times: 2, Do: singletabletest.AnswerLost()})
		if err := members.Create(t.Context(), faultyUser); err != nil || lost.Struck() != 2 {
			t.Errorf("with unique values: %v", err)
		}
	})
}

// What an update expression adds is added again by the SDK's second attempt, unless a condition keeps it from that.
func TestFaultsLostAnswersOfPatches(t *testing.T) {
	t.Parallel()
	onFaults(t, func(t *testing.T, engine *singletabletest.Engine, s store) {
		seedFaulty(t, s)
		lose := func() {
			engine.Inject(singletabletest.Fault{Operations: []string{"UpdateItem"}, Times: 1, Do: singletabletest.AnswerLost()})
		}
		total := func() int64 {
			o, err := s.orders.Get(t.Context(), faultyOrder)
			if err != nil {
				t.Fatal(err)
			}
			return o.Total
		}
		take := expression.Add(expression.Name("total"), expression.Value(-1))
		lose()
		if err := s.orders.Patch(t.Context(), faultyOrder, take); err != nil || total() != faultyOrder.Total-2 {
			t.Errorf("%v, and the total is %d", err, total())
		}
		lose()
		err := s.orders.Patch(t.Context(), faultyOrder, take, singletable.If(expression.Name("total").Equal(expression.Value(faultyOrder.Total-2))))
		if !errors.Is(err, singletable.ErrCondition) || total() != faultyOrder.Total-3 {
			t.Errorf("with a condition: %v, and the total is %d", err, total())
		}
	})
}

// Without another attempt the caller hears that it is not known what became of a write.
func TestFaultsLostAnswersWithoutRetries(t *testing.T) {
	t.Parallel()
	onFaults(t, func(t *testing.T, engine *singletabletest.Engine, s store) {
		once := newStore(t, engine.Client(func(o *dynamodb.Options) { o.Retryer = aws.NopRetryer{} }))
		engine.Inject(singletabletest.Fault{Operations: []string{"PutItem"}, Do: singletabletest.AnswerLost()})
		err := once.orders.Create(t.Context(), faultyOrder)
		if _, ok := errors.AsType[interface {
			error
			ConnectionError() bool
		}](err); !ok || errors.Is(err, singletable.ErrExists) {
			t.Errorf("got %v, want an error of the connection", err)
		}
		if _, err := once.orders.Get(t.Context(), faultyOrder); err != nil {
			t.Error(err)
		}
	})
}
