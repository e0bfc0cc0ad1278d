package main

import (
	"errors"
	"fmt"
)

// plan are the outcomes that the messages are made for, in their order. They are not drawn: a run in which the machine was too slow
// for them is not shown but made again.
var plan = []string{
	"succeeded", "succeeded", "delayed", "dead_lettered", "succeeded", "dropped", "failed", "timed_out", "succeeded", "skipped_deadline",
}

func (c *course) asPlanned() error {
	var errs []error
	for i, r := range c.rows {
		if r.outcome != plan[i] {
			errs = append(errs, fmt.Errorf("message %d is %s, and it is made to be %s: is the machine busy?", r.number, r.outcome, plan[i]))
		}
	}
	return errors.Join(errs...)
}
