package main

import (
	"encoding/json"
	"sync"

	"github.com/lambdapatterns/lambdapatterns/eventbridge"
	"github.com/lambdapatterns/lambdapatterns/eventbridge/pattern"
)

// bus is the default event bus with one rule.
type bus struct {
	story  *printer
	name   string // of the rule
	rule   *pattern.Pattern
	target func(event []byte) // must not block

	mu      sync.Mutex
	held    bool
	waiting [][]byte
	leftOut []string // bucket/key of what the rule did not match
}

// put takes an event. It does not block.
func (b *bus) put(event []byte) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.held {
		b.waiting = append(b.waiting, event)
		return
	}
	b.deliver(event)
}

// hold keeps events back until release.
func (b *bus) hold() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.held = true
}

// release returns the events that were kept back, to be put in any order, and lets further ones through.
func (b *bus) release() [][]byte {
	b.mu.Lock()
	defer b.mu.Unlock()
	events := b.waiting
	b.held, b.waiting = false, nil
	return events
}

// notMatched tells whether the rule has left out an event of the object.
func (b *bus) notMatched(object string) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, o := range b.leftOut {
		if o == object {
			return true
		}
	}
	return false
}

// deliver asks the rule, and hands the event to the target if that matches. The caller holds the lock.
func (b *bus) deliver(event []byte) {
	matched, err := b.rule.Match(event)
	if err != nil {
		b.story.printf("  rule    %s: %v\n", b.name, err)
		return
	}
	about := aboutOf(event)
	if !matched {
		b.leftOut = append(b.leftOut, about.object())
		b.story.printf("  rule    %s leaves out: %s %s\n", b.name, about.kind, about.object())
		return
	}
	b.story.printf("  rule    %s matches: %s %s, event %s\n", b.name, about.kind, about.object(), short(about.id))
	b.target(event)
}

// about is what the story tells of an event.
type about struct{ id, kind, bucket, key string }

func (a about) object() string { return a.bucket + "/" + a.key }

func aboutOf(event []byte) about {
	var e eventbridge.Event[struct {
		Bucket struct{ Name string }
		Object struct{ Key string }
	}]
	_ = json.Unmarshal(event, &e) // what is not there is shown as empty
	return about{e.ID, e.DetailType, e.Detail.Bucket.Name, e.Detail.Object.Key}
}
