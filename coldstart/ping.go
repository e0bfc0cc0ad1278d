package coldstart

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"

	"github.com/aws/aws-lambda-go/lambda"
)

// maxPing is the size in bytes of the largest payload that is looked at. What is larger is no ping, so a payload of 6 MB
// costs no more than a comparison of numbers.
const maxPing = 1024

// Pings says which payloads are warm-up pings: invocations whose only purpose is to keep an environment alive. The zero
// value knows those of the common tools, with the exact members that they send and no others:
//
//   - serverless-plugin-warmup and middy's warmup: {"source":"serverless-plugin-warmup"};
//   - serverless-plugin-lambda-warmup: {"source":"serverless-plugin-lambda-warmup"};
//   - lambda-warmer: {"warmer":true}, with concurrency, test, target and __WARMER_INVOCATION__, __WARMER_CONCURRENCY__,
//     __WARMER_CORRELATIONID__ or without them.
//
// Whatever is not surely a ping goes to the handler. A ping is answered with null. lambda-warmer's concurrency is not
// followed: one environment is kept warm, the one that the ping reaches. Safe for concurrent use.
type Pings struct {
	// Payloads are further pings: JSON documents of at most 1,024 bytes, such as the constant input of a scheduled
	// EventBridge rule. A payload is one of them if it is the same but for white space; members in another order are not
	// the same. Defaults to none.
	Payloads []string
}

// AnswerPings returns a handler that answers pings and gives everything else to handler. Give it to [Wrap], if a ping is to
// count as the environment's first invocation, for it is the one that waits for the start; or give it what Wrap returns, if
// the first real one is to:
//
//	lambda.Start(coldstart.Wrap(&start, coldstart.AnswerPings(coldstart.Pings{}, handle)))
//
// It panics if handler is nil or pings has a payload that is not JSON or too large. Events are decoded with
// encoding/json.Unmarshal, so lambda.WithUseNumber and lambda.WithDisallowUnknownFields have no effect; and since lambda.Start
// has read them already, decoding takes nearly twice the time. For a handler that is a [lambda.Handler] use
// [Pings.Handler], which costs nearly nothing. An [io.Reader] that handler returns is handed on as it is, so that the response of
// package tracing is still closed, and its spans sent, after it was posted.
func AnswerPings[I, O any](pings Pings, handler func(context.Context, I) (O, error)) func(context.Context, json.RawMessage) (any, error) {
	if handler == nil {
		panic("coldstart: AnswerPings needs a handler, got nil")
	}
	own := pings.compile()
	return func(ctx context.Context, payload json.RawMessage) (any, error) {
		if own.match(payload) {
			return nil, nil
		}
		var event I
		if err := json.Unmarshal(payload, &event); err != nil {
			return nil, err
		}
		return handler(ctx, event)
	}
}

// Handler is [AnswerPings] for a handler of raw payloads. What [Start.Handler] says of lambda.NewHandler holds here too.
func (p Pings) Handler(handler lambda.Handler) lambda.Handler {
	if handler == nil {
		panic("coldstart: Pings.Handler needs a handler, got nil")
	}
	own := p.compile()
	return handlerFunc(func(ctx context.Context, payload []byte) ([]byte, error) {
		if own.match(payload) {
			return []byte("null"), nil
		}
		return handler.Invoke(ctx, payload)
	})
}

// ownPings are Pings.Payloads without white space.
type ownPings [][]byte

func (p Pings) compile() ownPings {
	var own ownPings
	for i, payload := range p.Payloads {
		var compact bytes.Buffer
		switch err := json.Compact(&compact, []byte(payload)); {
		case err != nil:
			panic(fmt.Sprintf("coldstart: Pings: payload %d is not JSON: %v", i+1, err))
		case len(payload) > maxPing:
			panic(fmt.Sprintf("coldstart: Pings: payload %d has %d bytes: a ping has at most %d", i+1, len(payload), maxPing))
		}
		own = append(own, compact.Bytes())
	}
	return own
}

// match reports whether payload is a ping.
func (o ownPings) match(payload []byte) bool {
	if len(payload) > maxPing {
		return false
	}
	for _, compact := range o {
		if sameButSpace(payload, compact) && json.Valid(payload) { // "1 2" is not 12
			return true
		}
	}
	return isToolPing(payload)
}

// sameButSpace reports whether payload is compact, but for white space outside of strings.
func sameButSpace(payload, compact []byte) bool {
	inString, escaped := false, false
	for _, c := range payload {
		if !inString && (c == ' ' || c == '\n' || c == '\t' || c == '\r') {
			continue
		}
		if len(compact) == 0 || compact[0] != c {
			return false
		}
		compact = compact[1:]
		switch {
		case escaped:
			escaped = false
		case c == '\\':
			escaped = inString
		case c == '"':
			inString = !inString
		}
	}
	return len(compact) == 0
}
