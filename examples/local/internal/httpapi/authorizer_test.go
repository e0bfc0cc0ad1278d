package httpapi

import (
	"crypto/rand"
	"crypto/rsa"
	"encoding/base64"
	"maps"
	"strings"
	"testing"
	"time"
)

func newKey(t *testing.T) *rsa.PrivateKey {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func TestAuthorizer(t *testing.T) {
	t.Parallel()
	key, other := newKey(t), newKey(t)
	url := serve(t, Config{
		Routes:     map[string]Invoker{"GET /me": echo, "$default": echo},
		Authorizer: &Authorizer{Issuer: "https://issuer", Audience: []string{"app", "web"}, Key: &key.PublicKey},
	})
	now := time.Now().Unix()
	token := func(key *rsa.PrivateKey, changes map[string]any) string {
		claims := map[string]any{"iss": "https://issuer", "aud": "app", "sub": "ada", "exp": now + 60, "iat": now - 1, "groups": []string{"a", "b"}, "email_verified": true}
		maps.Copy(claims, changes)
		for name, value := range changes {
			if value == nil {
				delete(claims, name)
			}
		}
		signed, err := Sign(key, claims)
		if err != nil {
			t.Fatal(err)
		}
		return signed
	}
	good := token(key, nil)
	parts := strings.Split(good, ".")
	forged := base64.RawURLEncoding.EncodeToString([]byte(`{"iss":"https://issuer","aud":"app","sub":"eve","exp":9999999999}`))
	none := base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"none"}`))
	hmac := base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"HS256"}`))
	for _, c := range []struct {
		name, header string
		status       int
		says         string // in the header or, with 200, in the body
	}{
		{"a token", "Bearer " + good, 200, `"sub":"ada"`},
		{"without Bearer", good, 200, `"groups":"[a b]"`},
		{"in lower case", "bearer " + good, 200, `"email_verified":"true"`},
		{"one of several audiences", token(key, map[string]any{"aud": []string{"x", "web"}}), 200, `"aud":"[x web]"`},
		{"a client id", token(key, map[string]any{"aud": nil, "client_id": "web"}), 200, `"client_id":"web"`},
		{"no header", "", 401, "Bearer"},
		{"Bearer alone", "Bearer ", 401, "Bearer"},
		{"no token", "Bearer nonsense", 401, "three parts"},
		{"no base64", "Bearer !.!.!", 401, "not base64 of JSON"},
		{"another's key", token(other, nil), 401, "the signature is wrong"},
		{"other claims", parts[0] + "." + forged + "." + parts[2], 401, "the signature is wrong"},
		{"no signature", none + "." + forged + ".", 401, "none of RS256"},
		{"the public key as a secret", hmac + "." + forged + "." + parts[2], 401, "none of RS256"},
		{"another issuer", token(key, map[string]any{"iss": "https://eve"}), 401, "issuer"},
		{"another audience", token(key, map[string]any{"aud": "eve"}), 401, "audience"},
		{"another client", token(key, map[string]any{"aud": nil, "client_id": "eve"}), 401, "audience"},
		{"another audience, the right client", token(key, map[string]any{"aud": "eve", "client_id": "app"}), 401, "audience"},
		{"expired", token(key, map[string]any{"exp": now - 1}), 401, "claim exp"},
		{"without an end", token(key, map[string]any{"exp": nil}), 401, "claim exp"},
		{"an end that is a text", token(key, map[string]any{"exp": "9999999999"}), 401, "claim exp"},
		{"not yet", token(key, map[string]any{"nbf": now + 60}), 401, "claim nbf"},
		{"from the future", token(key, map[string]any{"iat": now + 60}), 401, "claim iat"},
	} {
		for _, path := range []string{"/me", "/elsewhere"} {
			r := newRequest(t, "GET", url+path, nil)
			if c.header != "" {
				r.Header.Set("Authorization", c.header)
			}
			response, body := send(t, r)
			says := body
			if response.StatusCode == 401 {
				says = response.Header.Get("Www-Authenticate")
				if body != `{"message":"Unauthorized"}` {
					t.Errorf("%s: body %s", c.name, body)
				}
			}
			if response.StatusCode != c.status || !strings.Contains(says, c.says) {
				t.Errorf("%s, %s: %d %s, want %d with %q", c.name, path, response.StatusCode, says, c.status, c.says)
			}
			if c.status == 200 {
				decodeEvent(t, body)
			}
		}
	}
}

func TestAnIncompleteAuthorizerIsFoundAtTheStart(t *testing.T) {
	t.Parallel()
	key := &newKey(t).PublicKey
	for _, a := range []*Authorizer{{}, {Issuer: "i", Key: key}, {Issuer: "i", Audience: []string{""}, Key: key}, {Audience: []string{"a"}, Key: key}, {Issuer: "i", Audience: []string{"a"}}} {
		if _, err := New(Config{Routes: map[string]Invoker{"$default": echo}, Authorizer: a}); err == nil || !strings.Contains(err.Error(), "Authorizer needs") {
			t.Errorf("%+v: %v", a, err)
		}
	}
}

// No header lets anybody in but one with a token that was signed.
func FuzzAuthorization(f *testing.F) {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		f.Fatal(err)
	}
	a := &Authorizer{Issuer: "i", Audience: []string{"a"}, Key: &key.PublicKey}
	now := time.Now()
	good, err := Sign(key, map[string]any{"iss": "i", "aud": "a", "exp": now.Add(time.Hour).Unix(), "sub": "ada"})
	if err != nil {
		f.Fatal(err)
	}
	parts := strings.Split(good, ".")
	for _, header := range []string{"", "Bearer", "Bearer a.b.c", "..", parts[0] + ".." + parts[2], "eyJhbGciOiJub25lIn0.e30.", good + "="} {
		f.Add(header)
	}
	f.Fuzz(func(t *testing.T, header string) {
		// The key is another in each process, so no header that the engine finds is of it.
		if claims, err := a.claims(header, now); err == nil && !strings.Contains(header, good) {
			t.Errorf("%q is let in as %v", header, claims)
		} else if err == nil && claims["sub"] != "ada" {
			t.Errorf("%q has the claims %v", header, claims)
		}
	})
}
