package stepfunctions

import (
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

// outcome is how a task ended.
type outcome struct {
	result any
	err    *Error
}

// task performs a task once: it schedules it and waits for its end, its time-out, or the end of the execution.
func (r run) task(s *state, input any) (any, *Error) {
	more := map[string]any{}
	answered := make(chan outcome, 1)
	var token string
	if s.callbacks {
		token = rand.Text() + rand.Text()
		more["Task"] = map[string]any{"Token": token}
		r.engine.expect(token, answered)
		defer r.engine.forget(token)
	}
	parameters, failure := s.parameters.fill(input, r.context(s, more))
	if failure != nil {
		return nil, failure
	}
	var timeout <-chan time.Time
	if s.timeout > 0 {
		timer := time.NewTimer(s.timeout)
		defer timer.Stop()
		timeout = timer.C
	}
	r.event("TaskScheduled", s, nil, nil)
	r.event("TaskStarted", s, nil, nil)
	performed := make(chan outcome, 1)
	r.engine.running.Go(func() { performed <- r.perform(s, parameters.(map[string]any)) })
	ended := performed
	for {
		select {
		case out := <-ended:
			if out.err == nil && s.callbacks && ended == performed {
				r.event("TaskSubmitted", s, nil, nil)
				ended = answered // the token's holder ends the task
				continue
			}
			if out.err == nil {
				r.event("TaskSucceeded", s, nil, nil)
			}
			return out.result, out.err
		case <-timeout:
			r.engine.forget(token)
			select {
			case out := <-answered: // SendTaskSuccess or SendTaskFailure was told that it is taken
				ended = answered
				answered <- out
				timeout = nil
				continue
			default:
			}
			return nil, &Error{Name: ErrorTimeout}
		case <-r.ctx.Done():
			return nil, r.aborted()
		}
	}
}

// perform calls the service of a task's resource.
func (r run) perform(s *state, parameters map[string]any) outcome {
	text := func(name string) (string, *Error) {
		v, ok := parameters[name].(string)
		if !ok {
			return "", runtimeError("the parameter %s of %s is no text", name, s.name)
		}
		return v, nil
	}
	if s.resource == resourceSend {
		url, failure := text("QueueUrl")
		if failure != nil {
			return outcome{err: failure}
		}
		body, isText := parameters["MessageBody"].(string)
		if !isText {
			body = string(encode(parameters["MessageBody"]))
		}
		return outcome{err: named(r.engine.cfg.Send(r.engine.ctx, url, body), ErrorQueueClient)}
	}
	function, failure := text("FunctionName")
	if failure != nil {
		return outcome{err: failure}
	}
	payload := encode(parameters["Payload"])
	if failure := limit(payload); failure != nil {
		return outcome{err: failure}
	}
	response, err := r.engine.cfg.Invoke(r.engine.ctx, function, payload)
	if err != nil {
		return outcome{err: named(err, ErrorLambdaClient)}
	}
	if failure := limit(response); failure != nil {
		return outcome{err: failure}
	}
	v, err := decode(response)
	if err != nil {
		return outcome{err: &Error{"Lambda.Unknown", fmt.Sprintf("the response of %s is not JSON: %v", function, err)}}
	}
	return outcome{result: map[string]any{"ExecutedVersion": "$LATEST", "Payload": v, "StatusCode": json.Number("200")}}
}

func named(err error, otherwise string) *Error {
	if err == nil {
		return nil
	}
	if failure, ok := errors.AsType[*Error](err); ok {
		return failure
	}
	return &Error{otherwise, err.Error()}
}

func (e *Engine) expect(token string, ended chan<- outcome) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.tokens[token] = ended
}

func (e *Engine) forget(token string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	delete(e.tokens, token)
}

// SendTaskSuccess ends the task that waits for the token with an output. It returns [ErrTaskTimedOut] when none waits, and
// [ErrInvalidOutput] when the output is no JSON.
func (e *Engine) SendTaskSuccess(token string, output []byte) error {
	v, err := decode(output)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrInvalidOutput, err)
	}
	return e.answer(token, outcome{result: v, err: limit(output)})
}

// SendTaskFailure ends the task that waits for the token with an error. It returns [ErrTaskTimedOut] when none waits.
func (e *Engine) SendTaskFailure(token, name, cause string) error {
	return e.answer(token, outcome{err: &Error{name, cause}})
}

func (e *Engine) answer(token string, out outcome) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	ended, ok := e.tokens[token]
	if !ok {
		return ErrTaskTimedOut
	}
	delete(e.tokens, token)
	ended <- out
	return nil
}
