package singletable_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/lambdapatterns/lambdapatterns/singletable"
	"github.com/lambdapatterns/lambdapatterns/singletable/singletabletest"
)

// conflictingCalls are the writes that others' transactions can be in the way of.
func conflictingCalls() (calls []faultyCall) {
	for _, c := range faultyCalls() {
		switch c.name {
		case "create", "put", "update", "delete", "transact":
			calls = append(calls, c)
		}
	}
	return calls
}

// A write that meets somebody's transaction is done again, and performed once.
func TestFaultsConflictsThatPass(t *testing.T) {
	t.Parallel()
	for _, c := range conflictingCalls() {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			passes(t, c, 4, singletabletest.TransactionConflict())
		})
	}
}

func TestFaultsConflictsThatStay(t *testing.T) {
	t.Parallel()
	for _, c := range conflictingCalls() {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			onFaults(t, func(t *testing.T, engine *singletabletest.Engine, s store) {
				holds := seedFaulty(t, s)
				before := holds()
				injected := engine.Inject(singletabletest.Fault{Operations: []string{c.operation}, Do: singletabletest.TransactionConflict()})
				err := c.do(t.Context(), s)
				if !errors.Is(err, singletable.ErrConflict) {
					t.Errorf("got %v, want ErrConflict", err)
				}
				_, single := errors.AsType[*types.TransactionConflictException](err)
				_, cancelled := errors.AsType[*types.TransactionCanceledException](err)
				if single == (c.operation == "TransactWriteItems") || single == cancelled {
					t.Errorf("%v has not the SDK's error in its chain", err)
				}
				if n := injected.Struck(); n < 3 || n > 20 {
					t.Errorf("tried %d times", n)
				}
				injected.Remove()
				if after := holds(); after != before {
					t.Errorf("the table holds %s, and held %s", after, before)
				}
			})
		})
	}
}

func TestFaultsConflictsEndWithTheContext(t *testing.T) {
	t.Parallel()
	for _, c := range conflictingCalls() {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			onFaults(t, func(t *testing.T, engine *singletabletest.Engine, s store) {
				seedFaulty(t, s)
				injected := engine.Inject(singletabletest.Fault{Operations: []string{c.operation}, Do: singletabletest.TransactionConflict()})
				ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
				defer cancel()
				start := time.Now()
				if err := c.do(ctx, s); err == nil {
					t.Error("succeeded")
				}
				if took := time.Since(start); took > 300*time.Millisecond || injected.Struck() < 1 {
					t.Errorf("tried %d times, for %v", injected.Struck(), took)
				}
			})
		})
	}
}

// A conflict on a claim, which is another item of the same transaction, is a conflict too.
func TestFaultsConflictsOfClaims(t *testing.T) {
	t.Parallel()
	onFaults(t, func(t *testing.T, engine *singletabletest.Engine, s store) {
		members := repo[User](t, singletable.NewTable(s.client, s.table), singletable.Schema{
			Type: "Member", Key: singletable.Pattern("MEMBER#{id}", "PROFILE"), Unique: map[string]string{"email": "{email}"},
		})
		injected := engine.Inject(singletabletest.Fault{Operations: []string{"TransactWriteItems"}, Times: 3, Do: singletabletest.TransactionConflict(1)})
		if err := members.Create(t.Context(), faultyUser); err != nil || injected.Struck() != 3 {
			t.Fatalf("after %d conflicts: %v", injected.Struck(), err)
		}
		engine.Inject(singletabletest.Fault{Operations: []string{"TransactWriteItems"}, Do: singletabletest.TransactionConflict(1)})
		if err := members.Create(t.Context(), User{ID: "v", Email: "v@example.com"}); !errors.Is(err, singletable.ErrConflict) {
			t.Errorf("got %v, want ErrConflict", err)
		}
		if err := members.Create(t.Context(), User{ID: "w", Email: "w@example.com"}); errors.Is(err, singletable.ErrExists) {
			t.Errorf("a conflict is told as a value that is taken: %v", err)
		}
	})
}

// Whatever cancels a transaction or refuses a write for good, it writes nothing and comes with the SDK's error.
func TestFaultsThatCancel(t *testing.T) {
	t.Parallel()
	for _, do := range []singletabletest.Effect{
		singletabletest.TransactionCanceled("ThrottlingError", 1),
		singletabletest.TransactionCanceled("ProvisionedThroughputExceeded", 0, 1),
		singletabletest.TransactionCanceled("ItemCollectionSizeLimitExceeded"),
		singletabletest.TransactionInProgress(),
	} {
		t.Run(do.String(), func(t *testing.T) {
			t.Parallel()
			onFaults(t, func(t *testing.T, engine *singletabletest.Engine, s store) {
				holds := seedFaulty(t, s)
				before := holds()
				injected := engine.Inject(singletabletest.Fault{Do: do})
				for _, c := range conflictingCalls() {
					if c.operation != "TransactWriteItems" {
						continue
					}
					err := c.do(t.Context(), s)
					_, cancelled := errors.AsType[*types.TransactionCanceledException](err)
					_, running := errors.AsType[*types.TransactionInProgressException](err)
					if !cancelled && !running {
						t.Errorf("got %v", err)
					}
					if errors.Is(err, singletable.ErrExists) || errors.Is(err, singletable.ErrCondition) || errors.Is(err, singletable.ErrNotFound) {
						t.Errorf("%v blames the items", err)
					}
				}
				injected.Remove()
				if after := holds(); after != before {
					t.Errorf("the table holds %s, and held %s", after, before)
				}
			})
		})
	}
}
