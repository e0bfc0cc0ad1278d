package main

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"fmt"
	"sync"
	"time"

	"github.com/lambdapatterns/lambdapatterns/examples/local/internal/httpapi"
)

// Who asks unless the context says otherwise, and what the tokens say beside that.
const (
	ada         = "usr_ada"
	issuer      = "https://users.local"
	audience    = "payments"
	tokensLast  = 12 * time.Hour
	tokensBegin = -time.Minute // before they are made, as API Gateway takes no token from the same second
)

// tokens stands where a user pool would be: it signs the tokens that the HTTP API lets in. It is safe for concurrent use.
type tokens struct {
	key *rsa.PrivateKey
	mu  sync.Mutex
	all map[string]string // by user
}

func newTokens() (*tokens, error) {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		return nil, fmt.Errorf("make the key of the tokens: %w", err)
	}
	return &tokens{key: key, all: map[string]string{}}, nil
}

func (t *tokens) authorizer() *httpapi.Authorizer {
	return &httpapi.Authorizer{Issuer: issuer, Audience: []string{audience}, Key: &t.key.PublicKey}
}

// of returns the token of a user.
func (t *tokens) of(user string) (string, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if token, ok := t.all[user]; ok {
		return token, nil
	}
	now := time.Now()
	token, err := httpapi.Sign(t.key, map[string]any{
		"iss": issuer, "aud": audience, "sub": user, "token_use": "id",
		"iat": now.Add(tokensBegin).Unix(), "exp": now.Add(tokensLast).Unix(),
	})
	if err == nil {
		t.all[user] = token
	}
	return token, err
}

type userKey struct{}

// as returns a context in which requests are a user's. An empty user has no token.
func as(ctx context.Context, user string) context.Context {
	return context.WithValue(ctx, userKey{}, user)
}

type requestKey struct{}

// repeatable returns a context whose requests are one and the same, repeated: they have the same Idempotency-Key.
func repeatable(ctx context.Context, key string) context.Context {
	return context.WithValue(ctx, requestKey{}, key)
}

func userOf(ctx context.Context) string {
	if user, ok := ctx.Value(userKey{}).(string); ok {
		return user
	}
	return ada
}
