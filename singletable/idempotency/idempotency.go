package idempotency

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
)

// Wrap returns a function that runs effect once for each key, and answers further calls with that key with the stored
// result. The record of a call lies in store's table under
//
//	PK = "IDEMPOTENCY#" + scope + "#" + key(in), SK = "IDEMPOTENCY"
//
// with scope and key escaped. scope says what is done ("charge") and must differ between effects that share a table; key
// says what it is done to, and must be the same when the input comes again: the id of a payment, the Idempotency-Key of a
// request, the id of a message.
//
// The function returns what effect returned, or
//
//   - the stored result, decoded from the JSON that was made of the first call's result;
//   - an [*InProgressError] when another call with the key has not ended;
//   - a [*FinalError] when an earlier call failed with one of the errors of [WithFinal];
//   - a [*RecordError] when the record could not be read or written. Its text and its Op say whether the effect has
//     run: errors.Is(err, [ErrUnrecorded]) means that it has.
//
// Two of the latter hide what effect would have said of the input: [ErrKey], when the key is empty, and [ErrMismatch], when
// [WithPayloadCheck] finds another input. So validate the input before this function is called, and not in effect.
//
// When effect fails, panics or calls [runtime.Goexit], the record is deleted, so that the call can be tried again. effect
// must end when its context ends: the lock on the key lasts no longer than a second more.
//
// A result is kept for 15 days, longer than SQS keeps a message, unless [WithTTL] says otherwise. Its JSON can have up to
// 393,216 bytes (384 KiB), because an item of DynamoDB holds 400 KB. That of a larger result or one that is not JSON is not
// kept: the first call returns it together with an error, further ones fail, both with [ErrNoResult], and effect does not run
// again.
//
// The returned function is safe for concurrent use if key and effect are. Wrap panics when an argument is nil, scope is empty,
// not UTF-8 or longer than 255 bytes, or Out is a type that JSON does not know or an interface with methods, into which nothing can
// be decoded, so that a mistake shows when the function starts.
func Wrap[In, Out any](
	store *Store, scope string, key func(In) string, effect func(context.Context, In) (Out, error), opts ...Option,
) func(context.Context, In) (Out, error) {
	g := newGuard(store, scope, opts)
	if key == nil || effect == nil {
		panic("idempotency: Wrap needs a key function and an effect, got nil")
	}
	mustBeJSON[Out]("the result")
	if out := reflect.TypeFor[Out](); out.Kind() == reflect.Interface && out.NumMethod() > 0 {
		panic(fmt.Sprintf("idempotency: the result has the type %s, an interface, and what is stored of it cannot be read back: "+
			"give effect a result of a type that is none", out))
	}
	if g.checksPayload {
		mustBeJSON[In]("the input")
	}
	return func(ctx context.Context, in In) (Out, error) {
		var out Out
		err := g.do(ctx, key(in), in, call{
			run:    func(ctx context.Context) (err error) { out, err = effect(ctx, in); return err },
			encode: func() (string, error) { return encodeJSON(out) },
			decode: func(result string) error {
				if err := json.Unmarshal([]byte(result), &out); err != nil {
					var zero Out
					out = zero
					return &codecError{fmt.Sprintf("the stored result cannot be decoded as %s", reflect.TypeFor[Out]()), err}
				}
				return nil
			},
		})
		return out, err
	}
}

// Once is [Wrap] for an effect without a result. What it returns fits sqsbatch.Handle and any other handler of one value:
//
//	lambda.Start(sqsbatch.Handle(idempotency.Once(store, "ship", func(o Order) string { return o.ID }, ship)))
//
// A call whose effect has happened before returns nil. All others return an error, so the message comes again.
//
// Check the message before Once, and not in effect: the key is made first, and a message without one, such as {}, fails with
// [ErrKey] before effect sees it. It comes again until its receives are used up, whatever effect would have said of it. The
// example Validate sends it to the dead-letter queue at once.
func Once[In any](
	store *Store, scope string, key func(In) string, effect func(context.Context, In) error, opts ...Option,
) func(context.Context, In) error {
	g := newGuard(store, scope, opts)
	if key == nil || effect == nil {
		panic("idempotency: Once needs a key function and an effect, got nil")
	}
	if g.checksPayload {
		mustBeJSON[In]("the input")
	}
	return func(ctx context.Context, in In) error {
		return g.do(ctx, key(in), in, call{run: func(ctx context.Context) error { return effect(ctx, in) }})
	}
}

// mustBeJSON panics when values of T can never be encoded: when it is a channel, a function or the like, or holds one.
func mustBeJSON[T any](what string) {
	var zero T
	_, err := encodeJSON(zero)
	if _, never := errors.AsType[*json.UnsupportedTypeError](err); never {
		panic(fmt.Sprintf("idempotency: %s has the type %s, which cannot be JSON", what, reflect.TypeFor[T]()))
	}
}

// encodeJSON encodes v. A panic in a method of v's becomes an error: it must not look like one of the effect, which would
// be undone by running it again.
func encodeJSON(v any) (text string, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = &codecError{fmt.Sprintf("a %T cannot be encoded as JSON: a method of it panicked", v), nil}
		}
	}()
	data, err := json.Marshal(v)
	if err != nil {
		return "", &codecError{fmt.Sprintf("a %T cannot be encoded as JSON", v), err}
	}
	return string(data), nil
}
