// Package envelopetest makes the bodies that other services put into queues, for tests: what the steps of package envelope take
// apart.
//
//	event, err := sqsbatchtest.Event(arn, sqsbatchtest.Delivery{
//		Message: sqsbatchtest.Message{Body: envelopetest.SNS(topicARN, `{"id":"ord_1"}`, nil)},
//	})
//
// For an SNS subscription with raw message delivery there is no function: the body is the topic's message, and its attributes
// are the message's. All functions are safe for concurrent use.
package envelopetest
