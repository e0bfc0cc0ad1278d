package singletable

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"github.com/guregu/dynamo/v2"

	"github.com/lambdapatterns/lambdapatterns/singletable"
)

// repoCase is a call of a repository, the same by hand, and the same with guregu where that has it.
type repoCase struct {
	name              string
	repo, sdk, guregu func(context.Context) error
}

var sides = []struct {
	name string
	of   func(repoCase) func(context.Context) error
}{
	{"singletable", func(c repoCase) func(context.Context) error { return c.repo }},
	{"by-hand", func(c repoCase) func(context.Context) error { return c.sdk }},
	{"guregu", func(c repoCase) func(context.Context) error { return c.guregu }},
}

// BenchmarkRepo asks what a repository costs over SDK calls as a careful programmer writes them, with attributevalue, expression,
// and keys put together with +, and over guregu's library. All send the same requests. "canned" leaves out what all pay to the
// SDK's client and the network; "http" has both, over the loopback interface.
func BenchmarkRepo(b *testing.B) {
	for _, over := range []struct {
		name   string
		client func(testing.TB) client
	}{{"canned", inProcess}, {"http", overHTTP}} {
		for i, c := range repoCases(b, over.client(b)) {
			for _, by := range sides {
				if by.of(c) == nil {
					continue
				}
				b.Run(over.name+"/"+c.name+"/"+by.name, func(b *testing.B) {
					ctx := b.Context()
					// A client of its own has one answer to each operation. It is asked for by hand, because the engine does not know
					// the legacy parameters that guregu sends.
					c := repoCases(b, over.client(b))[i]
					if by.name == "guregu" {
						if err := c.sdk(ctx); err != nil {
							b.Fatal(err)
						}
					}
					run := by.of(c)
					b.ReportAllocs()
					for b.Loop() {
						if err := run(ctx); err != nil {
							b.Fatal(err)
						}
					}
				})
			}
		}
	}
}

// A repository makes no more allocations than the same by hand, whatever the machine. The test is not parallel: what others
// allocate would be counted too.
func TestNoMoreAllocationsThanByHand(t *testing.T) {
	for i, c := range repoCases(t, inProcess(t)) {
		count := func(of func(repoCase) func(context.Context) error) float64 {
			run := of(repoCases(t, inProcess(t))[i])
			return testing.AllocsPerRun(50, func() {
				if err := run(t.Context()); err != nil {
					t.Fatal(c.name, err)
				}
			})
		}
		if got, sdk := count(sides[0].of), count(sides[1].of); got > sdk {
			t.Errorf("%s makes %v allocations, and the same by hand makes %v", c.name, got, sdk)
		}
	}
}

func repoCases(tb testing.TB, client client) []repoCase {
	o := someOrder
	table, orders := ordersIn(tb, client)
	hand := byHand{client}
	other := guregu{dynamo.NewFromIface(client)}
	asked := make([]Order, 100)
	for i := range asked {
		asked[i] = Order{UserID: "usr_123", ID: orderID(i)}
	}
	one := asked[7]
	return []repoCase{
		{"put",
			func(ctx context.Context) error { return orders.Put(ctx, o) },
			func(ctx context.Context) error { return hand.put(ctx, o) },
			func(ctx context.Context) error { return other.put(ctx, o) }},
		{"get",
			func(ctx context.Context) error { return found(orders.Get(ctx, one)) },
			func(ctx context.Context) error { return found(hand.get(ctx, one.UserID, one.ID)) },
			func(ctx context.Context) error { return found(other.get(ctx, one.UserID, one.ID)) }},
		{"update",
			func(ctx context.Context) error {
				return orders.Update(ctx, one, func(o *Order) error {
					o.Total += 100
					return nil
				})
			},
			func(ctx context.Context) error { return hand.addToTotal(ctx, one.UserID, one.ID, 100) },
			nil},
		{"query-100",
			func(ctx context.Context) error {
				n := 0
				for _, err := range orders.Query(ctx, Order{UserID: "usr_123"}) {
					if err != nil {
						return err
					}
					n++
				}
				return want(n, 100)
			},
			func(ctx context.Context) error {
				got, err := hand.query(ctx, "usr_123")
				if err != nil {
					return err
				}
				return want(len(got), 100)
			},
			func(ctx context.Context) error {
				got, err := other.query(ctx, "usr_123")
				if err != nil {
					return err
				}
				return want(len(got), 100)
			}},
		{"page-20",
			func(ctx context.Context) error {
				page, err := orders.Page(ctx, Order{UserID: "usr_123"}, "", singletable.Limit(20))
				if err != nil {
					return err
				}
				return want(len(page.Items)*min(len(page.Cursor), 1), 20)
			},
			func(ctx context.Context) error {
				got, cursor, err := hand.page(ctx, "usr_123", "", 20)
				if err != nil {
					return err
				}
				return want(len(got)*min(len(cursor), 1), 20)
			},
			nil},
		{"batch-get-100",
			func(ctx context.Context) error {
				got, err := orders.BatchGet(ctx, asked)
				if err != nil {
					return err
				}
				return want(len(got)+slices.Index(got, nil), 99)
			},
			func(ctx context.Context) error {
				got, err := hand.batchGet(ctx, asked)
				if err != nil {
					return err
				}
				return want(len(got)+slices.Index(got, nil), 99)
			},
			func(ctx context.Context) error {
				got, err := other.batchGet(ctx, asked)
				if err != nil {
					return err
				}
				return want(len(got), 100)
			}},
		{"transact-3",
			func(ctx context.Context) error {
				return table.Transact(ctx, []singletable.Action{
					orders.ToCreate(o), orders.ToPut(asked[1]), orders.ToDelete(asked[2]),
				})
			},
			func(ctx context.Context) error { return hand.transact(ctx, o, asked[1], asked[2]) },
			func(ctx context.Context) error { return other.transact(ctx, o, asked[1], asked[2]) }},
	}
}

func found(o Order, err error) error {
	if err == nil && o.Total != someOrder.Total {
		return fmt.Errorf("the order has a total of %d", o.Total)
	}
	return err
}

func want(n, want int) error {
	if n != want {
		return fmt.Errorf("%d orders in place of %d", n, want)
	}
	return nil
}
