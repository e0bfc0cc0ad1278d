package eventbridgetest

import (
	"encoding/json"
	"strings"
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
// Created" event for every reason that creates an object and for sizes from 0 to 5 TB, those at and beside each number in the
// pattern among them; all that match are reported. A pattern that tells the function's objects from others by something else than
// bucket, key, reason and size, such as the requester, is held against what [Event] fills in.
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

// creations are the reasons for "Object Created".
var creations = [...]string{
	s3event.ReasonPutObject, s3event.ReasonPostObject, s3event.ReasonCopyObject,
	s3event.ReasonCompleteMultipartUpload,
}

const maxSize = 5 << 40

// sizesFor returns sizes of which the rule takes one if it takes any: what it says about a size changes at the numbers in it alone.
func sizesFor(rule *pattern.Pattern) []int64 {
	sizes := []int64{0, 1, 1 << 10, 1 << 16, 1 << 20, 10 << 20, 100 << 20, 1 << 30, maxSize}
	tokens := json.NewDecoder(strings.NewReader(rule.String()))
	for {
		token, err := tokens.Token()
		if err != nil {
			return sizes // the end, for the pattern is JSON
		}
		if n, ok := token.(float64); ok && n >= -1 && n <= maxSize {
			for _, near := range []int64{int64(n) - 1, int64(n), int64(n) + 1} {
				if near >= 0 && near <= maxSize {
					sizes = append(sizes, near)
				}
			}
		}
	}
}

// firstMatch returns the first way of writing an object that the rule takes, or nil.
func firstMatch(rule *pattern.Pattern, b *Bucket, key string) (*s3event.ObjectCreated, error) {
	sizes := sizesFor(rule)
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
