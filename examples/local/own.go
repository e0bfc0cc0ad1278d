package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/lambdapatterns/lambdapatterns/eventbridge/pattern"
	"github.com/lambdapatterns/lambdapatterns/examples/local/internal/httpapi"
)

// own is a function of somebody's own, as the flag -function tells it: its folder, and what invokes it beside the Invoke API.
type own struct {
	folder string
	name   string
	routes []string         // of the HTTP API
	queue  string           // polled for it
	rule   *pattern.Pattern // for what the buckets tell
}

var ownName = regexp.MustCompile(`^[a-zA-Z0-9_-]{1,64}$`)

// parseOwn reads FOLDER[,TRIGGER…]. bucket is the one whose new objects a function gets that names no pattern.
func parseOwn(text, bucket string) (own, error) {
	folder, triggers, _ := strings.Cut(text, ",")
	f := own{folder: folder}
	wrong := func(format string, args ...any) (own, error) {
		return f, fmt.Errorf("-function %s: %w", text, fmt.Errorf(format, args...))
	}
	if folder == "" {
		return wrong("no folder: begin with the folder of a main package, such as ../shop/api,http")
	}
	absolute, err := filepath.Abs(folder)
	if err != nil {
		return wrong("%w", err)
	}
	f.folder, f.name = absolute, filepath.Base(absolute)
	polled := false
	for trigger := range strings.SplitSeq(triggers, ",") {
		kind, value, given := strings.Cut(trigger, "=")
		switch kind {
		case "": // a comma too many
		case "name":
			f.name = value
		case "http":
			if !given {
				f.routes = append(f.routes, "ANY /", "ANY /{proxy+}")
			} else {
				f.routes = append(f.routes, value)
			}
		case "queue":
			f.queue, polled = value, true
		case "s3":
			if f.rule, err = ruleOf(value, bucket); err != nil {
				return wrong("%w", err)
			}
		default:
			return wrong("unknown trigger %q: there are http, http=ROUTE, queue, queue=NAME, s3, s3=PATTERN.json, and name=NAME", trigger)
		}
	}
	if !ownName.MatchString(f.name) {
		return wrong("%q is no name for a function: give it one of 1 to 64 letters, digits, hyphens and underscores by name=NAME", f.name)
	}
	if polled && f.queue == "" {
		f.queue = f.name
	}
	return f, nil
}

// ruleOf returns the pattern in a file, or that of a bucket's new objects.
func ruleOf(file, bucket string) (*pattern.Pattern, error) {
	if file == "" {
		return pattern.New(
			pattern.Field("source", pattern.Exactly("aws.s3")),
			pattern.Field("detail-type", pattern.Exactly("Object Created")),
			pattern.Field("detail.bucket.name", pattern.Exactly(bucket)),
		)
	}
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("the rule's event pattern: %w", err)
	}
	return pattern.Parse(data)
}

// parseOwns reads all of -function. The error names every one that is wrong.
func parseOwns(o options) ([]own, error) {
	var all []own
	var errs []error
	taken := map[string]string{}
	routes := map[string]httpapi.Invoker{}
	for _, text := range o.own {
		f, err := parseOwn(text, o.buckets[0])
		if other, twice := taken[f.name]; err == nil && twice {
			err = fmt.Errorf("-function %s: %s is called %s already: give one of them another name by name=NAME", text, other, f.name)
		}
		if err != nil {
			errs = append(errs, err)
			continue
		}
		taken[f.name] = text
		for _, route := range f.routes {
			if routes[route] != nil {
				errs = append(errs, fmt.Errorf("-function %s: another one has the route %q: give them routes of their own, such as http=ANY /orders/{proxy+}", text, route))
			}
			routes[route] = byHTTP(nil) // it is not called
		}
		all = append(all, f)
	}
	if len(routes) > 0 {
		_, err := httpapi.New(httpapi.Config{Routes: routes})
		errs = append(errs, err)
	}
	return all, errors.Join(errs...)
}

// checkMain tells whether a folder holds a main package, before it is built: of any other package the go command builds an
// archive, which fails at its first invocation.
func checkMain(ctx context.Context, folder string) error {
	if info, err := os.Stat(folder); err != nil {
		return err
	} else if !info.IsDir() {
		return fmt.Errorf("%s is a file: give the folder that it lies in", folder)
	}
	name, err := goList(ctx, folder, "{{.Name}}", ".")
	if err == nil && name == "main" {
		return nil
	}
	if err == nil {
		err = fmt.Errorf("package %s is no main package, so it is no function", name)
	}
	if mains, listErr := goList(ctx, folder, `{{if eq .Name "main"}}{{.Dir}}{{end}}`, "./..."); listErr == nil && mains != "" {
		err = fmt.Errorf("%w; main packages below it are %s", err, strings.Join(strings.Fields(mains), ", "))
	}
	return err
}

func goList(ctx context.Context, folder, format, pattern string) (string, error) {
	cmd := exec.CommandContext(ctx, "go", "list", "-f", format, pattern)
	cmd.Dir = folder
	var problem bytes.Buffer
	cmd.Stderr = &problem
	out, err := cmd.Output()
	if err != nil {
		err = fmt.Errorf("go list: %w: %s", err, bytes.TrimSpace(problem.Bytes()))
	}
	return strings.TrimSpace(string(out)), err
}

// queueVariable is the name of the variable that holds a queue's URL: ORDERS_DEAD_QUEUE_URL for orders-dead, without a FIFO
// queue's suffix.
func queueVariable(queue string) string {
	name := strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' {
			return r
		}
		return '_'
	}, strings.TrimSuffix(queue, ".fifo"))
	return strings.ToUpper(name) + "_QUEUE_URL"
}

// expand adds the variables of -env to those that are there. A value can hold $NAME or ${NAME} of one that is there, and $$ for
// a dollar.
func expand(variables map[string]string, env []string) (map[string]string, error) {
	all := maps.Clone(variables)
	var errs []error
	for _, given := range env {
		name, value, ok := strings.Cut(given, "=")
		if !ok || name == "" {
			errs = append(errs, fmt.Errorf("-env %s: write NAME=VALUE", name))
			continue
		}
		all[name] = os.Expand(value, func(other string) string {
			if other == "$" {
				return "$"
			}
			v, there := variables[other]
			if !there {
				errs = append(errs, fmt.Errorf("-env %s: there is no %s: write $$ for a dollar, or one of %s", name, other,
					strings.Join(slices.Sorted(maps.Keys(variables)), ", ")))
			}
			return v
		})
	}
	return all, errors.Join(errs...)
}
