package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/lambdapatterns/lambdapatterns/examples/local/internal/provider"
	"github.com/lambdapatterns/lambdapatterns/singletable/singletabletest"
	"github.com/lambdapatterns/lambdapatterns/sqsbatch/sqsbatchtest"
)

// weather is what lies between the functions and all that they call: throttling, errors, latency, connections that are cut before
// or after a call, messages that come twice, deletes that are lost. It kills and stalls processes, too. The stack's own calls are
// spared. A nil weather is fair.
//
// Its seed decides what is drawn, call by call. Which call comes when is up to the machine, so a seed repeats a run's faults and
// their shares, not its course.
type weather struct {
	seed     uint64
	percent  int // of the calls that each kind of fault strikes
	provider *provider.Provider
	planted  *planted

	injections []*singletabletest.Injection
	twice      *sqsbatchtest.SQS
	jobs       string // the queue whose messages come twice

	mu     sync.Mutex
	random *rand.Rand
	fair   bool
	struck map[string]int
}

func newWeather(seed uint64, percent int) *weather {
	return &weather{
		seed: seed, percent: percent, provider: provider.New(seed, 2*percent), planted: &planted{},
		random: rand.New(rand.NewPCG(seed, 1)), struck: map[string]int{},
	}
}

// open puts the weather in front of the engines and starts the payment provider.
func (w *weather) open(s *stack, tables *singletabletest.Engine, messages *sqsbatchtest.SQS, variables map[string]string) error {
	if s.options.dynamoDB != "" || s.options.sqs != "" {
		return fmt.Errorf("only the engines in memory can be made to fail: leave -dynamodb and -sqs out")
	}
	w.twice = messages
	for variable, handler := range map[string]http.Handler{
		"AWS_ENDPOINT_URL_DYNAMODB": w.front("table", tables), "AWS_ENDPOINT_URL_SQS": w.front("queues", messages), "PROVIDER_URL": w.provider,
	} {
		var err error
		if variables[variable], err = s.listen(loopback, handler); err != nil {
			return err
		}
	}
	share := float64(w.percent) / 100
	for i, effect := range []singletabletest.Effect{
		singletabletest.Throttling(), singletabletest.HotKey(), singletabletest.TransactionConflict(), singletabletest.AnswerLost(),
	} {
		w.injections = append(w.injections, tables.Inject(singletabletest.Fault{
			Do: effect, Probability: share, Seed: w.seed + uint64(i), Operations: writes(effect),
		}))
	}
	s.logs.also = w.planted
	return nil
}

// writes are the operations of an effect that is not for all. The stack itself reads and makes tables.
func writes(effect singletabletest.Effect) []string {
	if strings.HasPrefix(effect.String(), "TransactionConflict") {
		return []string{"PutItem", "UpdateItem", "DeleteItem", "TransactWriteItems"}
	}
	return []string{"PutItem", "UpdateItem", "DeleteItem", "TransactWriteItems", "GetItem", "Query"}
}

// front makes an engine unreliable for those who come by it.
func (w *weather) front(name string, engine http.Handler) http.Handler {
	return http.HandlerFunc(func(out http.ResponseWriter, r *http.Request) {
		switch {
		case w.strikes(name + ": late"):
			time.Sleep(200 * time.Millisecond)
		case w.strikes(name + ": status 500"):
			out.Header().Set("Content-Type", "application/x-amz-json-1.0")
			out.WriteHeader(http.StatusInternalServerError)
			fmt.Fprint(out, `{"__type":"InternalServerError","message":"no"}`)
			return
		case w.strikes(name + ": connection cut"):
			panic(http.ErrAbortHandler)
		case w.strikes(name + ": answer lost"):
			engine.ServeHTTP(discard{http.Header{}}, r)
			panic(http.ErrAbortHandler)
		}
		engine.ServeHTTP(out, r)
	})
}

// discard is where lost answers go.
type discard struct{ header http.Header }

func (d discard) Header() http.Header         { return d.header }
func (d discard) Write(p []byte) (int, error) { return len(p), nil }
func (d discard) WriteHeader(int)             {}

func (w *weather) strikes(what string) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.fair || w.random.IntN(100) >= w.percent {
		return false
	}
	w.struck[what]++
	return true
}

// begin makes messages of a queue come twice.
func (w *weather) begin(jobs string) error {
	w.jobs = jobs
	q, err := w.twice.Queue(jobs)
	if err != nil {
		return err
	}
	return q.DeliverTwice(float64(5*w.percent)/100, w.seed)
}

// clear ends all faults.
func (w *weather) clear() error {
	w.mu.Lock()
	w.fair = true
	for _, i := range w.injections {
		w.struck["table: injected"] += i.Struck()
		i.Remove()
	}
	w.mu.Unlock()
	w.provider.Fair()
	for _, what := range w.provider.Faults() {
		w.count("provider: " + what)
	}
	q, err := w.twice.Queue(w.jobs)
	if err != nil {
		return err
	}
	return q.DeliverTwice(0, w.seed)
}

func (w *weather) count(what string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.struck[what]++
}

// What the stack asks of its weather, with the answers of a stack without.

func (w *weather) receives() int {
	if w == nil {
		return maxReceives
	}
	return 100 // so that only what can never succeed is dead in the end
}

func (w *weather) processes() int {
	if w == nil {
		return 0
	}
	return 8
}

func (w *weather) timeout() time.Duration {
	if w == nil {
		return functionTimeout
	}
	return 4 * time.Second // so that locks end, a second later, while others wait for them
}

func (w *weather) instead(pkg string) string {
	if w != nil && strings.HasSuffix(pkg, "/payments/worker") {
		return "github.com/lambdapatterns/lambdapatterns/examples/local/internal/provider/worker"
	}
	return pkg
}

func (w *weather) source(q queue) sqsbatchtest.Source {
	if w == nil {
		return q
	}
	return roughQueue{q, w}
}

// roughQueue loses deletes.
type roughQueue struct {
	queue
	weather *weather
}

func (q roughQueue) Delete(ctx context.Context, receiptHandles []string) error {
	if q.weather.strikes("queues: deletes lost") {
		return fmt.Errorf("the deletes of %d messages were lost", len(receiptHandles))
	}
	return q.queue.Delete(ctx, receiptHandles)
}
