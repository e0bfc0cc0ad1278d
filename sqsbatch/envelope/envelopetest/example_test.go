package envelopetest_test

import (
	"fmt"

	"github.com/lambdapatterns/lambdapatterns/sqsbatch/envelope"
	"github.com/lambdapatterns/lambdapatterns/sqsbatch/envelope/envelopetest"
)

// A body as a queue behind a topic gets it, of a sender who compresses. Package sqsbatch/sqsbatchtest makes an event of it.
func Example() {
	body := []byte(envelopetest.SNS("arn:aws:sns:eu-west-1:123456789012:orders", envelopetest.GzipBase64(`{"ID":"ord_1"}`), nil))
	for _, step := range []envelope.Step{envelope.SNS(), envelope.Base64(), envelope.Gzip(1 << 20)} {
		var err error
		if body, err = step(body); err != nil {
			fmt.Println(err)
			return
		}
	}
	fmt.Println(string(body))
	// Output: {"ID":"ord_1"}
}
