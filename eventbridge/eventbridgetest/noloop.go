package eventbridgetest

import (
	"encoding/json"
	"testing"

	"github.com/lambdapatterns/lambdapatterns/eventbridge/pattern"
	"github.com/lambdapatterns/lambdapatterns/eventbridge/s3event"
)

// AssertNoLoop fails the test if a rule with the pattern would invoke its function for what the function itself writes: objects
// with these keys in the bucket. A loop costs money for every second until somebody sees it.
//
//	eventbridgetest.AssertNoLoop(t, rule, eventbridgetest.NewBucket("thumbnails"), "cat.jpg", "cat.PNG")
//
// Give it keys as the function really writes them, made by the same code, one of each form. Each is held against an "Object
// Created" event for every reason that creates an object and for sizes from 0 to 5 TB; all that match are
// reported. A pattern that tells the function's objects from others by something else than bucket, key, reason and size, such
// as the requester, is held against what [Event] fills in.
//
// A pattern that matches nothing at all passes: assert also that the rule takes what it is for. Without a pattern, a bucket or a
// key the test fails, for nothing would be checked.
func AssertNoLoop(t testing.TB, rule *pattern.Pattern, b *Bucket, keys ...string) {
	t.Helper()
	if rule == nil || b == nil || len(keys) == 0 {
		t.Errorf("eventbridgetest: AssertNoLoop needs a pattern, a bucket and a key, or it checks nothing")
		return
	}
	for _, key := range keys {
		matched, err := firstMatch(rule, b, key)
		switch {
		case err != nil:
			t.Errorf("eventbridgetest: object %q in bucket %s: %v", key, b.name, err)
		case matched != nil:
			t.Errorf("eventbridgetest: the rule takes object %q in bucket %s (%s, %d bytes), which its own function writes: each such write invokes the function again. Write to another bucket or prefix, and name the bucket or prefix of the input in the pattern.\npattern: %s",
				key, b.name, matched.Reason, matched.Object.Size, rule)
		}
	}
}

// creations are the reasons for "Object Created", and sizes are some that a rule may tell apart.
var (
	creations = [...]string{
		s3event.ReasonPutObject, s3event.ReasonPostObject, s3event.ReasonCopyObject,
		s3event.ReasonCompleteMultipartUpload,
	}
	sizes = [...]int64{0, 1, 1 << 10, 1 << 16, 1 << 20, 10 << 20, 100 << 20, 1 << 30, 5 << 40}
)

// firstMatch returns the first way of writing an object that the rule takes, or nil.
func firstMatch(rule *pattern.Pattern, b *Bucket, key string) (*s3event.ObjectCreated, error) {
	for _, reason := range creations {
		for _, size := range sizes {
			event, err := Event(b, key, func(d *s3event.ObjectCreated) { d.Reason, d.Object.Size = reason, size })
			if err != nil {
				return nil, err
			}
			payload, err := json.Marshal(event)
			if err != nil {
				return nil, err
			}
			if matched, err := rule.Match(payload); err != nil || matched {
				return &event.Detail, err
			}
		}
	}
	return nil, nil
}
