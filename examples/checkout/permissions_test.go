package checkout_test

import (
	"context"
	"encoding/json"
	"slices"
	"sync"
	"testing"

	"github.com/lambdapatterns/lambdapatterns/examples/checkout"
	"github.com/lambdapatterns/lambdapatterns/singletable/singletabletest"
)

// allowed is what the templates allow each task's role on the table. A transaction needs the permissions of its parts.
var allowed = map[string][]string{
	"price":   {"GetItem", "PutItem"},
	"reserve": {"GetItem", "PutItem", "UpdateItem"},
	"charge":  {"DeleteItem", "GetItem", "PutItem", "UpdateItem"},
	"confirm": {"GetItem", "UpdateItem"},
	"cancel":  {"GetItem", "UpdateItem"},
	"refund":  {"GetItem", "PutItem", "UpdateItem"},
	"release": {"GetItem", "PutItem", "UpdateItem"},
}

// What the tasks really do to the table is what they are allowed, no less and no more.
func TestTasksDoWhatTheyAreAllowed(t *testing.T) {
	t.Parallel()
	s := newService(t)
	var mu sync.Mutex
	var used []string
	s.engine.Inject(singletabletest.Fault{Do: singletabletest.Latency(1), If: func(operation string, request []byte) bool {
		mu.Lock()
		defer mu.Unlock()
		used = append(used, actions(t, operation, request)...)
		return false
	}})
	did := map[string][]string{}
	call := func(task, payload string) {
		mu.Lock()
		used = nil
		mu.Unlock()
		_, _ = s.invoke(context.WithoutCancel(t.Context()), task, payload) // answers are errors, too
		mu.Lock()
		defer mu.Unlock()
		did[task] = append(did[task], used...)
	}
	for range 2 {
		call("price", order1)
		call("reserve", `{"order_id":"ord_1","product_id":"prod_tea","quantity":3}`)
		call("release", `{"order_id":"ord_1","product_id":"prod_pot"}`)
		call("release", `{"order_id":"ord_1","product_id":"prod_tea"}`)
		call("charge", `{"order_id":"ord_1","amount":1,"card":"tok_flaky"}`)
		call("charge", `{"order_id":"ord_2","amount":1,"card":"tok_declined"}`)
		call("refund", `{"order_id":"ord_1"}`)
		call("refund", `{"order_id":"ord_3"}`)
		call("confirm", `{"order_id":"ord_1","user_id":"usr_ada"}`)
		call("cancel", `{"order_id":"ord_1","user_id":"usr_ada"}`)
	}
	call("price", `{"order_id":"ord_4","user_id":"usr_ada","card":"tok_visa","lines":[{"product_id":"prod_tea","quantity":1}]}`)
	call("cancel", `{"order_id":"ord_4","user_id":"usr_ada"}`)
	for _, task := range checkout.Tasks() {
		slices.Sort(did[task])
		if got := slices.Compact(did[task]); !slices.Equal(got, allowed[task]) {
			t.Errorf("%s did %q, and is allowed %q", task, got, allowed[task])
		}
	}
}

// actions are the IAM actions of a call.
func actions(t *testing.T, operation string, request []byte) []string {
	if operation != "TransactWriteItems" {
		return []string{operation}
	}
	var in struct{ TransactItems []map[string]json.RawMessage }
	if err := json.Unmarshal(request, &in); err != nil {
		t.Error(err)
	}
	var all []string
	for _, item := range in.TransactItems {
		for kind := range item {
			name := map[string]string{"Put": "PutItem", "Update": "UpdateItem", "Delete": "DeleteItem", "ConditionCheck": "ConditionCheckItem"}[kind]
			all = append(all, name)
		}
	}
	return all
}
