package payments_test

import (
	"testing"

	"github.com/lambdapatterns/lambdapatterns/singletable/singletabletest"
)

// An order whose write was performed without an answer, so that the SDK sent it again, was answered as if another had its id.
func TestAWriteWithoutAnAnswerIsNoConflict(t *testing.T) {
	t.Parallel()
	s := newService(t)
	lost := func(operation string) {
		s.engine.Inject(singletabletest.Fault{Do: singletabletest.AnswerLost(), Operations: []string{operation}, Times: 1})
	}
	lost("TransactWriteItems")
	s.user()
	lost("PutItem")
	order := s.order()
	lost("PutItem")
	s.pay(order, "tok_visa")
	list := s.must(200, "GET /users/{id}/orders", "u", "")["orders"].([]any)
	if len(list) != 1 || list[0].(map[string]any)["created_at"] == "0001-01-01T00:00:00Z" {
		t.Errorf("orders: %v", list)
	}
}
