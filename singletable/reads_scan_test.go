package singletable_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/lambdapatterns/lambdapatterns/singletable"
	"github.com/lambdapatterns/lambdapatterns/singletable/singletabletest"
)

func TestScans(t *testing.T) {
	t.Parallel()
	onEngines(t, func(t *testing.T, s store) {
		ctx := t.Context()
		var want []string
		for i := range 40 {
			id := fmt.Sprintf("usr_%02d", i)
			want = append(want, id)
			put(t, s.users, User{ID: id, Email: id + "@example.com"})
			put(t, s.orders, Order{UserID: id, ID: "o"})
		}
		// One of another program: without a type, told by its key.
		_, err := s.client.PutItem(ctx, &dynamodb.PutItemInput{TableName: &s.table, Item: map[string]types.AttributeValue{
			"PK": text("USER#usr_99"), "SK": text("PROFILE"), "email": text("user@example.com"),
		}})
		if err != nil {
			t.Fatal(err)
		}
		small := singletable.Change(func(in *dynamodb.ScanInput) { in.Limit = aws.Int32(7) })
		sorted := func(users []User) []string {
			var got []string
			for _, u := range users {
				got = append(got, u.ID)
			}
			slices.Sort(got)
			return got
		}
		all := append(slices.Clone(want), "usr_99")
		for name, got := range map[string][]User{
			"scan":                        collect(t, s.users.Scan(ctx, small, singletable.Consistent())),
			"parallel scan":               collect(t, s.users.ParallelScan(ctx, 4, small)),
			"parallel scan of one":        collect(t, s.users.ParallelScan(ctx, 1)),
			"parallel scan with no limit": collect(t, s.users.ParallelScan(ctx, 7, singletable.Limit(1000))),
		} {
			if got := sorted(got); !slices.Equal(got, all) {
				t.Errorf("%s: got %v", name, got)
			}
		}
		if got := sorted(collect(t, s.users.GSI1().Scan(ctx))); !slices.Equal(got, want) {
			t.Errorf("scan of the index: got %v", got)
		}
		if got := sorted(collect(t, s.users.Scan(ctx, singletable.Filter(attr("id").BeginsWith("usr_1").Or(equals("id", "usr_20"))), small))); len(got) != 11 {
			t.Errorf("filtered: got %v", got)
		}
		for n := range 12 {
			if got := collect(t, s.users.Scan(ctx, singletable.Limit(n+1))); len(got) != n+1 {
				t.Errorf("limited to %d: got %d", n+1, len(got))
			}
			if got := collect(t, s.users.ParallelScan(ctx, 3, singletable.Limit(n+1))); len(got) != n+1 {
				t.Errorf("in parallel, limited to %d: got %d", n+1, len(got))
			}
		}
	})
}

// crowd is a client that answers scans without end, but for the segment that fails, and counts those under way.
type crowd struct {
	singletable.Client
	running, most atomic.Int64
	failing       int32 // segment; -1 for none
}

var errSegment = errors.New("segment broken")

func (c *crowd) Scan(ctx context.Context, in *dynamodb.ScanInput, _ ...func(*dynamodb.Options)) (*dynamodb.ScanOutput, error) {
	n := c.running.Add(1)
	defer c.running.Add(-1)
	for most := c.most.Load(); n > most && !c.most.CompareAndSwap(most, n); most = c.most.Load() {
	}
	select {
	case <-ctx.Done():
		return nil, ctx.Err()
	case <-time.After(time.Millisecond):
	}
	if aws.ToInt32(in.Segment) == c.failing {
		return nil, errSegment
	}
	key := map[string]types.AttributeValue{"PK": text("USER#u"), "SK": text("ORDER#o")}
	return &dynamodb.ScanOutput{Items: []map[string]types.AttributeValue{key, key}, LastEvaluatedKey: key}, nil
}

// However the loop ends, all readers have stopped when it has; synctest fails if a goroutine is left.
func TestParallelScanStops(t *testing.T) {
	t.Parallel()
	for name, run := range map[string]func(t *testing.T, c *crowd, orders *singletable.Repo[Order]){
		"at a break": func(t *testing.T, c *crowd, orders *singletable.Repo[Order]) {
			n := 0
			for _, err := range orders.ParallelScan(t.Context(), 8) {
				if n++; err != nil || n == 100 {
					break
				}
			}
			if n != 100 {
				t.Errorf("%d orders", n)
			}
		},
		"at a failure": func(t *testing.T, c *crowd, orders *singletable.Repo[Order]) {
			c.failing = 5
			var failed error
			for _, err := range orders.ParallelScan(t.Context(), 8) {
				if failed != nil {
					t.Error("there is more behind an error")
				}
				failed = err
			}
			if e, ok := errors.AsType[*singletable.ItemError](failed); !ok || e.Op != "scan" || !errors.Is(failed, errSegment) {
				t.Errorf("got %v", failed)
			}
		},
		"at the end of ctx": func(t *testing.T, c *crowd, orders *singletable.Repo[Order]) {
			ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
			defer cancel()
			var failed error
			for _, err := range orders.ParallelScan(ctx, 8) {
				failed = err
			}
			if !errors.Is(failed, context.DeadlineExceeded) {
				t.Errorf("got %v", failed)
			}
		},
		"at a limit": func(t *testing.T, c *crowd, orders *singletable.Repo[Order]) {
			if got := collect(t, orders.ParallelScan(t.Context(), 8, singletable.Limit(31))); len(got) != 31 {
				t.Errorf("%d orders", len(got))
			}
		},
		"at a panic": func(t *testing.T, c *crowd, orders *singletable.Repo[Order]) {
			defer func() {
				if recover() != "loop" {
					t.Error("the panic of the loop is gone")
				}
			}()
			for range orders.ParallelScan(t.Context(), 8) {
				panic("loop")
			}
		},
	} {
		synctest.Test(t, func(t *testing.T) {
			c := &crowd{failing: -1}
			orders := repo[Order](t, singletable.NewTable(c, "app"), singletable.Schema{Type: "Order", Key: singletable.Pattern("USER#{user_id}", "ORDER#{id}")})
			run(t, c, orders)
			if left := c.running.Load(); left != 0 {
				t.Errorf("%s: %d requests are still under way", name, left)
			}
			if most := c.most.Load(); most < 2 || most > 8 {
				t.Errorf("%s: %d requests at once, want 2 to 8", name, most)
			}
		})
	}
}

func TestScanErrors(t *testing.T) {
	t.Parallel()
	s := newStore(t, new(singletabletest.Engine).Client())
	_, err := s.client.PutItem(t.Context(), &dynamodb.PutItemInput{TableName: &s.table, Item: map[string]types.AttributeValue{
		"PK": text("USER#u"), "SK": text("ORDER#o"), "_type": text("Order"), "total": text("secret"),
	}})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for name, seq := range map[string]func(func(Order, error) bool){
		"damaged item":             s.orders.Scan(t.Context()),
		"damaged item in parallel": s.orders.ParallelScan(t.Context(), 2),
		"ended ctx":                s.orders.Scan(ctx),
		"ended ctx in parallel":    s.orders.ParallelScan(ctx, 2),
	} {
		n := 0
		for _, err := range seq {
			if n++; err == nil || strings.Contains(err.Error(), "secret") || strings.HasPrefix(name, "ended") != errors.Is(err, context.Canceled) {
				t.Errorf("%s: got %v", name, err)
			}
		}
		if n != 1 {
			t.Errorf("%s: %d results, want the error alone", name, n)
		}
	}
	for range s.orders.ParallelScan(t.Context(), 257) {
		return
	}
	t.Error("257 segments are not refused")
}
