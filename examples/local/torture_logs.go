package main

import (
	"bytes"
	"cmp"
	"fmt"
	"strings"
	"sync"

	"github.com/lambdapatterns/lambdapatterns/singletable/idempotency"
)

// Marks are in everything that clients send and no log may have: cards, addresses, names, what is no JSON.
const (
	cardMark = "tok_planted"
	nameMark = "planted.name"
	poisoned = "<planted.poison/>"
)

// maxCrash is how many lines are kept of what a process says of a race, or when it breaks down.
const maxCrash = 80

// planted reads all logs for texts that must not be in any, and for what a process says before it breaks down of itself.
type planted struct {
	mu        sync.Mutex
	lines     int
	leaked    string   // the first line with one
	crash     [][]byte // the report of a race, a fatal error or a panic, with what other processes wrote meanwhile
	locksLost int
}

func (p *planted) Write(line []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.lines++
	text := string(line)
	if strings.Contains(text, "planted") {
		p.leaked = cmp.Or(p.leaked, text)
	}
	if strings.Contains(text, idempotency.ErrLockLost.Error()) {
		p.locksLost++
	}
	breaks := strings.HasPrefix(text, "WARNING: DATA RACE") || strings.HasPrefix(text, "fatal error: ") || strings.HasPrefix(text, "panic: ")
	if (breaks || len(p.crash) > 0) && len(p.crash) < maxCrash {
		p.crash = append(p.crash, bytes.Clone(line))
	}
	return len(line), nil
}

// found returns how many lines there were, and the first one that must not be in a log.
func (p *planted) found() (lines int, leaked string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.lines, p.leaked
}

// lost returns how often a line has told of a lock that was lost.
func (p *planted) lost() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.locksLost
}

// sound returns an error if a process has told of a race or broken down, with what it said.
func (p *planted) sound() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.crash) == 0 {
		return nil
	}
	return fmt.Errorf("a function's process says:\n%s", bytes.Join(p.crash, nil))
}
