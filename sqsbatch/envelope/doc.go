// Package envelope takes layers off the body of a message: the envelopes in which Amazon SNS and Amazon EventBridge deliver,
// base64, and gzip with a limit to what comes out.
//
// Package sqsbatch takes the steps from the outside in:
//
//	sqsbatch.WithDecoding(envelope.SNS(), envelope.Base64(), envelope.Gzip(1<<20))
//
// A [Step] is a function of bytes, and serves anything else that has a body too:
//
//	detail, err := envelope.EventBridge()(body)
//
// A body that has not the layer it should have is an [*Error]: nothing is guessed, so that a body is never taken for something
// that it is not. Package envelopetest makes bodies with such layers for tests.
package envelope
