package stepfunctions

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// The resources that a Task can have.
const (
	resourceInvoke = "arn:aws:states:::lambda:invoke"
	resourceSend   = "arn:aws:states:::sqs:sendMessage.waitForTaskToken"
)

// Load reads a state machine in the Amazon States Language, with all its placeholders substituted. The error joins a
// [*DefinitionError] for each mistake and for each thing that this package does not know.
func Load(definition []byte) (*Machine, error) {
	l := &loader{}
	if err := l.duplicates(string(definition)); err != nil {
		return nil, &DefinitionError{"the definition", err.Error()}
	}
	v, err := decode(definition)
	if err != nil {
		return nil, &DefinitionError{"the definition", err.Error()}
	}
	if text := placeholder.FindString(string(definition)); text != "" {
		l.report(text, "nothing was put in its place")
	}
	top := l.object("", v)
	if language, ok := top.text("QueryLanguage"); ok && language != "JSONPath" {
		top.wrong("QueryLanguage", "%s: only JSONPath is known here", language)
	}
	top.text("Comment")
	g := top.graph(map[string]bool{})
	top.done()
	if len(l.errs) == 0 {
		l.flow(g, "States", nil)
	}
	if len(l.errs) > 0 {
		return nil, errors.Join(l.errs...)
	}
	return &Machine{g}, nil
}

// graph reads StartAt and States. names are those of all states so far: they must differ in the whole machine.
func (o *object) graph(names map[string]bool) *graph {
	g := &graph{states: map[string]*state{}}
	g.start, _ = o.text("StartAt")
	states, _ := o.take("States")
	at := o.at + ".States"
	all := o.object(at, states)
	for _, name := range slices.Sorted(maps.Keys(all.fields)) {
		v, _ := all.take(name)
		if n := len([]rune(name)); n == 0 || n > 80 {
			o.report(at+"."+name, "a state's name has 1 to 80 characters")
		}
		if names[name] {
			o.report(at+"."+name, "another state of the machine has this name")
		}
		names[name] = true
		g.states[name] = o.loader.object(at+"."+name, v).state(name, names)
	}
	o.checkTransitions(g, at)
	return g
}

func (o *object) state(name string, names map[string]bool) *state {
	s := &state{name: name}
	s.kind, _ = o.text("Type")
	o.text("Comment")
	plain := pathUse{}
	switch s.kind {
	case "Task":
		o.task(s)
	case "Map":
		o.mapState(s, names)
	case "Choice":
		o.choices(s)
	case "Pass":
		s.fixed, s.hasFixed = o.take("Result")
		s.parameters = o.template("Parameters", plain)
		if s.hasFixed && s.parameters != nil {
			o.wrong("Result", "Parameters is there too: leave one out")
		}
		o.resultPath(s)
		o.end(s)
	case "Succeed":
	case "Fail":
		s.err, s.cause = o.reason("Error"), o.reason("Cause")
	default:
		o.wrong("Type", "%q: Task, Map, Choice, Pass, Succeed and Fail are known here", s.kind)
		return s // its fields would all be reported
	}
	if s.kind != "Fail" {
		s.input, s.output = o.path("InputPath", plain), o.path("OutputPath", plain)
	}
	o.done()
	return s
}

func (o *object) task(s *state) {
	s.resource, _ = o.text("Resource")
	var needed []string
	switch s.resource {
	case resourceInvoke:
		needed = []string{"FunctionName", "Payload"}
	case resourceSend:
		needed, s.callbacks = []string{"QueueUrl", "MessageBody"}, true
	default:
		o.wrong("Resource", "%q: %s and %s are known here", s.resource, resourceInvoke, resourceSend)
	}
	if s.parameters = o.template("Parameters", pathUse{token: s.callbacks}); s.parameters == nil || s.parameters.kind != 'o' {
		o.wrong("Parameters", "it must be an object with %s", strings.Join(needed, " and "))
	} else {
		o.checkParameters(s, needed)
	}
	if s.timeout = time.Duration(o.number("TimeoutSeconds", 0, 1, 99_999_999, true)) * time.Second; s.callbacks && s.timeout == 0 {
		o.wrong("TimeoutSeconds", "it is missing: the state would wait for its token for a year")
	}
	o.result(s)
}

func (o *object) checkParameters(s *state, needed []string) {
	for _, name := range needed {
		if s.parameters.object[name] == nil {
			o.wrong("Parameters", "%s is missing", name)
		}
	}
	for name := range s.parameters.object {
		if !slices.Contains(needed, name) {
			o.wrong("Parameters."+name, "this parameter is not known here")
		}
	}
	if s.callbacks && !s.parameters.uses("$$.Task.Token") {
		o.wrong("Parameters", "nothing sends $$.Task.Token, so nobody could answer")
	}
}

// uses tells whether a path is looked up anywhere in the template.
func (t *template) uses(text string) bool {
	if t.path != nil && t.path.String() == text {
		return true
	}
	for _, inner := range t.object {
		if inner.uses(text) {
			return true
		}
	}
	return slices.ContainsFunc(t.list, func(inner *template) bool { return inner.uses(text) })
}

func (o *object) mapState(s *state, names map[string]bool) {
	s.items = o.path("ItemsPath", pathUse{})
	s.parameters = o.template("ItemSelector", pathUse{item: true})
	s.concurrency = int(o.number("MaxConcurrency", 0, 0, 1000, true))
	v, ok := o.take("ItemProcessor")
	if !ok {
		o.wrong("ItemProcessor", "it is missing")
	} else {
		processor := o.object(o.at+".ItemProcessor", v)
		if config, ok := processor.take("ProcessorConfig"); ok {
			c := o.object(processor.at+".ProcessorConfig", config)
			if mode, _ := c.text("Mode"); mode != "INLINE" {
				c.wrong("Mode", "%q: only INLINE is known here", mode)
			}
			c.done()
		}
		s.processor = processor.graph(names)
		processor.done()
	}
	o.result(s)
}

// result reads what Task and Map have for their results and failures.
func (o *object) result(s *state) {
	s.selector = o.template("ResultSelector", pathUse{})
	o.resultPath(s)
	o.retriers(s)
	o.catchers(s)
	o.end(s)
}

func (o *object) resultPath(s *state) {
	if v, ok := o.fields["ResultPath"]; ok && v == nil {
		o.take("ResultPath")
		s.noResult = true
		return
	}
	s.result = o.path("ResultPath", pathUse{contextless: true})
}

func (o *object) end(s *state) {
	next, hasNext := o.text("Next")
	end, hasEnd := o.take("End")
	switch {
	case hasEnd && end != true:
		o.wrong("End", "it can only be true")
	case hasNext == hasEnd:
		o.wrong("Next", "a state has either Next or End")
	}
	s.next = next
}

// reason reads Error or Cause of a Fail state, or the path of one.
func (o *object) reason(field string) *template {
	text, plain := o.text(field)
	_, dynamic := o.fields[field+"Path"]
	switch {
	case plain && dynamic:
		o.wrong(field, "%sPath is there too: leave one out", field)
		fallthrough
	case dynamic:
		where := o.path(field+"Path", pathUse{})
		return &template{kind: 'p', path: &where, field: field + "Path"}
	case plain:
		return &template{kind: 'v', value: text}
	}
	return nil
}

func (o *object) choices(s *state) {
	for i, v := range o.list("Choices") {
		c := o.object(fmt.Sprintf("%s.Choices[%d]", o.at, i), v)
		c.text("Comment")
		rule := choice{variable: c.path("Variable", pathUse{})}
		if text, ok := c.take("StringEquals"); ok {
			equals, isText := text.(string)
			if !isText {
				c.wrong("StringEquals", "it must be a text")
			}
			rule.equals = &equals
		}
		if _, ok := c.fields["NumericGreaterThan"]; ok {
			const most = 1 << 53
			greater := c.number("NumericGreaterThan", 0, -most, most, false)
			rule.greater = &greater
		}
		if (rule.equals == nil) == (rule.greater == nil) {
			c.wrong("Variable", "a rule has either StringEquals or NumericGreaterThan")
		}
		if rule.next, _ = c.text("Next"); rule.next == "" {
			c.wrong("Next", "it is missing")
		}
		c.done()
		s.choices = append(s.choices, rule)
	}
	if s.choices == nil {
		o.wrong("Choices", "it is missing")
	}
	s.fallback, _ = o.text("Default")
}
