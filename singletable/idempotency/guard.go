package idempotency

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

const (
	// grace is how long a lock outlasts its holder's context, and how long the record is still written after that context
	// has ended. Lambda has been seen to kill a process some hundred milliseconds after its deadline; the clocks of two
	// machines differ by less.
	grace = time.Second

	maxResult = 384 << 10 // bytes of JSON
	maxText   = 4 << 10   // bytes of an error's text
)

// guard runs one effect under records.
type guard struct {
	store  *Store
	prefix string // of the records' partition keys
	settings
}

// call is one use of the effect. encode and decode move its result and are nil when it has none.
type call struct {
	run    func(context.Context) error
	encode func() (string, error)
	decode func(string) error
}

func newGuard(store *Store, scope string, opts []Option) *guard {
	if store == nil {
		panic("idempotency: no store: make one with New")
	}
	return &guard{store, keyPrefix(scope), newSettings(opts)}
}

// do answers a call from its record or runs it under a lock.
func (g *guard) do(ctx context.Context, name string, in any, c call) error {
	key, err := recordKey(g.prefix, name)
	if err != nil {
		return &RecordError{Op: opLock, Key: g.prefix, Err: err}
	}
	payload, err := g.payloadOf(in)
	if err != nil {
		return &RecordError{Op: opLock, Key: key, Err: err}
	}
	now := time.Now()
	if found, ok := g.store.cache.get(key, now); ok {
		return g.answer(key, found, payload, c)
	}
	if _, bounded := ctx.Deadline(); !bounded {
		var cancel context.CancelFunc
		ctx, cancel = context.WithDeadline(ctx, now.Add(g.lockTime))
		defer cancel()
	}
	deadline, _ := ctx.Deadline()
	until := deadline.Add(grace)
	lock := record{status: inProgress, owner: rand.Text(), until: until, expires: until.Add(g.ttl), payload: payload}
	found, err := g.store.lock(ctx, key, lock, now)
	if err != nil {
		return &RecordError{Op: opLock, Key: key, Err: err}
	}
	if found != nil {
		return g.answer(key, *found, payload, c)
	}
	return g.run(ctx, key, lock, c)
}

// payloadOf returns the hash that the input is known by, or nothing when it is not checked.
func (g *guard) payloadOf(in any) (string, error) {
	if !g.checksPayload {
		return "", nil
	}
	text, err := encodeJSON(in)
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:]), nil
}

// answer says what a call gets whose key has a record.
func (g *guard) answer(key string, found record, payload string, c call) error {
	if payload != "" && found.payload != "" && payload != found.payload {
		return &RecordError{Op: opReplay, Key: key, Err: ErrMismatch}
	}
	switch found.status {
	case inProgress:
		return &InProgressError{Key: key, Until: found.until}
	case failed:
		g.store.cache.put(key, found)
		e := &FinalError{Key: key, Text: found.text}
		if i := slices.IndexFunc(g.final, func(err error) bool { return err.Error() == found.final }); i >= 0 {
			e.Err = g.final[i]
		}
		return e
	case completed:
		g.store.cache.put(key, found)
		if c.decode == nil {
			return nil
		}
		err := error(ErrNoResult)
		if found.result != nil {
			err = c.decode(*found.result)
		}
		if err != nil {
			return &RecordError{Op: opReplay, Key: key, Err: err}
		}
		return nil
	}
	err := fmt.Errorf("the record has the status %q, which this version does not know", found.status)
	return &RecordError{Op: opReplay, Key: key, Err: err}
}

// run runs the effect and writes down how it ended.
func (g *guard) run(ctx context.Context, key string, lock record, c call) error {
	if ctx.Err() != nil { // the lock took all the time that there was
		return g.release(ctx, key, lock, &RecordError{Op: opLock, Key: key, Err: context.Cause(ctx)})
	}
	returned := false
	defer func() {
		if !returned { // A panic or Goexit goes on as it is. If the record cannot be deleted, the lock ends by itself.
			_ = g.release(ctx, key, lock, nil)
		}
	}()
	err := c.run(ctx)
	returned = true

	if err == nil {
		return g.complete(ctx, key, lock, c)
	}
	if i := slices.IndexFunc(g.final, func(final error) bool { return errors.Is(err, final) }); i >= 0 {
		lock.status, lock.text, lock.final = failed, cut(err.Error()), g.final[i].Error()
		return g.finish(ctx, key, lock, err)
	}
	return g.release(ctx, key, lock, err)
}

// complete keeps the result. When that cannot be kept the record still says that the effect has happened.
func (g *guard) complete(ctx context.Context, key string, lock record, c call) error {
	lock.status = completed
	var lost error
	if c.encode != nil {
		result, err := c.encode()
		if err == nil && len(result) > maxResult {
			err = fmt.Errorf("its JSON has %d bytes, and %d can be kept", len(result), maxResult)
		}
		if err != nil {
			lost = &RecordError{Op: opComplete, Key: key, Err: fmt.Errorf("%w: %w", ErrNoResult, err)}
		} else {
			lock.result = &result
		}
	}
	return g.finish(ctx, key, lock, lost)
}

// finish replaces the lock by the record of how the effect ended and returns err, or what went wrong with the record.
func (g *guard) finish(ctx context.Context, key string, end record, err error) error {
	ctx, cancel := outliving(ctx)
	defer cancel()
	until := end.until
	end.until, end.expires = time.Time{}, time.Now().Add(g.ttl)
	if failure := g.store.finish(ctx, key, end); failure != nil {
		return &RecordError{Op: opComplete, Key: key, Until: until, Err: failure, Effect: err}
	}
	g.store.cache.put(key, end)
	return err
}

// release deletes the lock and returns err, the effect's error, together with what went wrong in that.
func (g *guard) release(ctx context.Context, key string, lock record, err error) error {
	ctx, cancel := outliving(ctx)
	defer cancel()
	if failure := g.store.release(ctx, key, lock); failure != nil {
		return &RecordError{Op: opRelease, Key: key, Until: lock.until, Err: failure, Effect: err}
	}
	return err
}

// outliving returns a context that ends a grace after ctx does: what was done must be written down when the caller has
// given up too.
func outliving(ctx context.Context) (context.Context, context.CancelFunc) {
	outliving, cancel := context.WithCancel(context.WithoutCancel(ctx))
	stop := context.AfterFunc(ctx, func() {
		timer := time.NewTimer(grace)
		defer timer.Stop()
		select {
		case <-timer.C:
			cancel()
		case <-outliving.Done():
		}
	})
	return outliving, func() { stop(); cancel() }
}

// cut bounds an error's text and keeps it UTF-8.
func cut(text string) string {
	return strings.ToValidUTF8(text[:min(len(text), maxText)], "")
}
