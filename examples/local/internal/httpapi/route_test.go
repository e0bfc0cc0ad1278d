package httpapi

import (
	"maps"
	"math/rand/v2"
	"strings"
	"testing"
)

func TestRouteKeysAreChecked(t *testing.T) {
	t.Parallel()
	for key, want := range map[string]string{
		"":                      `method ""`,
		"GET":                   `path ""`,
		"get /a":                `method "get"`,
		"FETCH /a":              `method "FETCH"`,
		"GET a":                 "begin with a slash",
		"GET /a/":               "ends in a slash",
		"GET /a//b":             `segment ""`,
		"GET /a/{}":             `segment "{}"`,
		"GET /a/{b":             `segment "{b"`,
		"GET /a/x{b}":           `segment "x{b}"`,
		"GET /a/{b c}":          `segment "{b c}"`,
		"GET /{rest+}/b":        "last segment",
		"GET /{id}/orders/{id}": `"id" is there twice`,
	} {
		if _, err := newRoutes(map[string]Invoker{key: echo}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got %v, want it to name %s", key, err, want)
		}
	}
	_, err := newRoutes(map[string]Invoker{"GET /users/{id}": echo, "GET /users/{name}": echo, "POST /users/{id}": echo})
	if err == nil || !strings.Contains(err.Error(), `"GET /users/{id}" and "GET /users/{name}"`) {
		t.Errorf("two routes for the same requests: %v", err)
	}
}

func TestMatch(t *testing.T) {
	t.Parallel()
	rs, err := newRoutes(map[string]Invoker{
		"GET /":                    echo,
		"GET /pets/dog/1":          echo,
		"GET /pets/dog/{id}":       echo,
		"GET /pets/{proxy+}":       echo,
		"GET /pets/dog/{proxy+}":   echo,
		"ANY /pets/cat":            echo,
		"POST /pets/cat":           echo,
		"GET /{kind}/dog/{number}": echo,
		"DELETE /{proxy+}":         echo,
		"GET /users/{id}/orders":   echo,
		"$default":                 echo,
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		request, want string
		values        map[string]string
	}{
		{"GET /", "GET /", nil},
		{"GET /pets/dog/1", "GET /pets/dog/1", nil},
		{"GET /pets/dog/2", "GET /pets/dog/{id}", map[string]string{"id": "2"}},
		{"GET /pets/dog/2/x", "GET /pets/dog/{proxy+}", map[string]string{"proxy": "2/x"}},
		{"GET /pets/dog/", "GET /pets/dog/{proxy+}", map[string]string{"proxy": ""}},
		{"GET /pets/dog", "GET /pets/{proxy+}", map[string]string{"proxy": "dog"}},
		{"GET /pets/", "GET /pets/{proxy+}", map[string]string{"proxy": ""}},
		{"GET /pets/a//b", "GET /pets/{proxy+}", map[string]string{"proxy": "a//b"}},
		{"GET /pets", "$default", nil},
		{"GET /cows/dog/7", "GET /{kind}/dog/{number}", map[string]string{"kind": "cows", "number": "7"}},
		{"GET /pets/cat", "ANY /pets/cat", nil},
		{"POST /pets/cat", "POST /pets/cat", nil},
		{"DELETE /pets/cat", "ANY /pets/cat", nil}, // a full match with ANY is before a greedy one with DELETE
		{"DELETE /", "DELETE /{proxy+}", map[string]string{"proxy": ""}},
		{"DELETE /a/b", "DELETE /{proxy+}", map[string]string{"proxy": "a/b"}},
		{"GET /users/a b/orders", "GET /users/{id}/orders", map[string]string{"id": "a b"}},
		{"GET /users//orders", "$default", nil},
		{"GET /users/1/orders/", "$default", nil},
		{"HEAD /", "$default", nil},
	} {
		method, path, _ := strings.Cut(test.request, " ")
		r, values := rs.match(method, path)
		if r == nil || r.key != test.want || !maps.Equal(values, test.values) {
			t.Errorf("%s: got %v with %q, want %s with %q", test.request, r, values, test.want, test.values)
		}
	}
	if r, _ := rs.match("OPTIONS", "*"); r != nil {
		t.Errorf("OPTIONS * got %s", r.key)
	}
}

// The order does not depend on that of the table, which is a map.
func TestOrderIsStable(t *testing.T) {
	t.Parallel()
	keys := []string{"GET /a", "ANY /a", "GET /{x}", "GET /a/{y}", "GET /{x}/b", "GET /{rest+}", "GET /a/{rest+}", "ANY /a/{rest+}", "$default"}
	want := "GET /a, ANY /a, GET /a/{y}, GET /{x}, GET /{x}/b, GET /a/{rest+}, ANY /a/{rest+}, GET /{rest+}, $default"
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 0))
	for range 20 {
		random.Shuffle(len(keys), func(i, j int) { keys[i], keys[j] = keys[j], keys[i] })
		table := map[string]Invoker{}
		for _, key := range keys {
			table[key] = echo
		}
		rs, err := newRoutes(table)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, r := range rs {
			got = append(got, r.key)
		}
		if list := strings.Join(got, ", "); list != want {
			t.Fatalf("got  %s\nwant %s", list, want)
		}
	}
}
