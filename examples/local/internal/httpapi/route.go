package httpapi

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
)

const (
	anyMethod    = "ANY"
	defaultRoute = "$default"
)

// kind orders segments from the most specific one.
type kind int

const (
	literal kind = iota
	variable
	greedy
)

type segment struct {
	kind kind
	text string // the literal, or the variable's name
}

// route is a parsed route key. $default has no segments.
type route struct {
	key      string
	method   string
	segments []segment
	invoke   Invoker
}

// routes are sorted from the most specific one; $default, if any, is last.
type routes []*route

func newRoutes(table map[string]Invoker) (routes, error) {
	if len(table) == 0 {
		return nil, errors.New("httpapi: Routes is empty: without a route every request is 404")
	}
	var list routes
	var errs []error
	shapes := map[string]string{}
	for _, key := range slices.Sorted(maps.Keys(table)) {
		r, err := parseRoute(key)
		if err == nil && table[key] == nil {
			err = errors.New("the function is nil")
		}
		if err != nil {
			errs = append(errs, fmt.Errorf("httpapi: route %q: %w", key, err))
			continue
		}
		if other, taken := shapes[r.shape()]; taken {
			errs = append(errs, fmt.Errorf("httpapi: routes %q and %q take the same requests: remove one", other, key))
		}
		shapes[r.shape()] = key
		r.invoke = table[key]
		list = append(list, r)
	}
	slices.SortFunc(list, compareRoutes)
	return list, errors.Join(errs...)
}

var (
	methods         = []string{anyMethod, "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}
	variablePattern = regexp.MustCompile(`^\{([a-zA-Z0-9._:-]+)(\+?)\}$`)
)

func parseRoute(key string) (*route, error) {
	if key == defaultRoute {
		return &route{key: key, method: anyMethod}, nil
	}
	method, path, _ := strings.Cut(key, " ")
	if !slices.Contains(methods, method) {
		return nil, fmt.Errorf("method %q: use $default, or one of %s and a path", method, strings.Join(methods, ", "))
	}
	if !strings.HasPrefix(path, "/") {
		return nil, fmt.Errorf("path %q: begin with a slash", path)
	}
	if path != "/" && strings.HasSuffix(path, "/") {
		return nil, fmt.Errorf("path %q: HTTP APIs take no path that ends in a slash; a greedy variable catches it", path)
	}
	r := &route{key: key, method: method}
	var names []string
	for text := range strings.SplitSeq(path[1:], "/") {
		if len(r.segments) > 0 && r.segments[len(r.segments)-1].kind == greedy {
			return nil, fmt.Errorf("path %q: a greedy variable must be the last segment", path)
		}
		s := segment{literal, text}
		if m := variablePattern.FindStringSubmatch(text); m != nil {
			s = segment{variable, m[1]}
			if m[2] != "" {
				s.kind = greedy
			}
			if slices.Contains(names, s.text) {
				return nil, fmt.Errorf("path %q: the variable %q is there twice", path, s.text)
			}
			names = append(names, s.text)
		} else if text == "" && path != "/" || strings.ContainsAny(text, "{}") {
			return nil, fmt.Errorf("path %q: segment %q: use a name, {variable} or {variable+}", path, text)
		}
		r.segments = append(r.segments, s)
	}
	return r, nil
}

// shape is what a route matches, whatever its variables are called.
func (r *route) shape() string {
	var b strings.Builder
	b.WriteString(r.method)
	for _, s := range r.segments {
		b.WriteString([]string{"/" + s.text, "/{}", "/{+}"}[s.kind])
	}
	return b.String()
}

func (r *route) isGreedy() bool {
	return len(r.segments) == 0 || r.segments[len(r.segments)-1].kind == greedy
}

// compareRoutes puts first what API Gateway tries first: full matches, then greedy ones, then $default. Within each, the
// segments decide from the left, a literal before a variable before a greedy one, so that /pets/dog/{x+} comes before
// /pets/{x+}; for one path, its own method comes before ANY.
func compareRoutes(a, b *route) int {
	rank := func(r *route) int {
		switch {
		case r.key == defaultRoute:
			return 2
		case r.isGreedy():
			return 1
		}
		return 0
	}
	isAny := func(r *route) int {
		if r.method == anyMethod {
			return 1
		}
		return 0
	}
	return cmp.Or(
		cmp.Compare(rank(a), rank(b)),
		slices.CompareFunc(a.segments, b.segments, func(s, t segment) int { return cmp.Compare(s.kind, t.kind) }),
		cmp.Compare(isAny(a), isAny(b)),
	)
}

// match returns the route for a request and the values of its variables, or nil. The path is decoded.
func (rs routes) match(method, path string) (*route, map[string]string) {
	if !strings.HasPrefix(path, "/") {
		return nil, nil // OPTIONS *
	}
	parts := strings.Split(path[1:], "/")
	for _, r := range rs {
		if r.method != anyMethod && r.method != method {
			continue
		}
		if values, ok := r.matchPath(parts); ok {
			return r, values
		}
	}
	return nil, nil
}

func (r *route) matchPath(parts []string) (map[string]string, bool) {
	if r.key == defaultRoute {
		return nil, true
	}
	if len(parts) < len(r.segments) || len(parts) > len(r.segments) && !r.isGreedy() {
		return nil, false
	}
	var values map[string]string
	for i, s := range r.segments {
		value := parts[i]
		switch s.kind {
		case literal:
			if value != s.text {
				return nil, false
			}
			continue
		case variable:
			if value == "" {
				return nil, false
			}
		case greedy:
			value = strings.Join(parts[i:], "/") // it can be empty: /files/{path+} takes /files/
		}
		if values == nil {
			values = map[string]string{}
		}
		values[s.text] = value
	}
	return values, true
}
