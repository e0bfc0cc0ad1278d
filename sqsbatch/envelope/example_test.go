package envelope_test

import (
	"errors"
	"fmt"

	"github.com/lambdapatterns/lambdapatterns/sqsbatch/envelope"
	"github.com/lambdapatterns/lambdapatterns/sqsbatch/envelope/envelopetest"
)

// A step is a function, also without a queue.
func Example() {
	body := envelopetest.SNS("arn:aws:sns:us-east-1:123456789012:orders", `{"id":"ord_1"}`, nil)
	message, err := envelope.SNS()([]byte(body))
	fmt.Println(string(message), err)

	_, err = envelope.SNS()(message)
	fmt.Println(err)
	// Output:
	// {"id":"ord_1"} <nil>
	// envelope: SNS envelope: it is no notification of a topic: does the subscription use raw message delivery?
}

func ExampleGzip() {
	text, _ := envelope.Base64()([]byte(envelopetest.GzipBase64("a body of 23 characters")))
	for _, limit := range []int{23, 22} {
		body, err := envelope.Gzip(limit)(text)
		fmt.Println(len(body), err)
	}
	// Output:
	// 23 <nil>
	// 0 envelope: gzip: it decompresses to more than the limit of 22 bytes
}

func ExampleS3() {
	_, err := envelope.S3()([]byte(envelopetest.S3TestEvent("uploads")))
	fmt.Println(errors.Is(err, envelope.ErrTestEvent))
	// Output: true
}
