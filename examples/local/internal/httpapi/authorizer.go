package httpapi

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"
)

// Authorizer is a JWT authorizer, by the page "Control access to HTTP APIs with JWT authorizers in API Gateway": it lets in
// requests whose Authorization header has a JSON Web Token, with or without "Bearer" in front, and gives its claims to the
// function. The key is here instead of at the issuer's address, and there is one. It is safe for concurrent use.
type Authorizer struct {
	// Issuer must be the token's iss. Required.
	Issuer string
	// Audience must have the token's aud, or its client_id where it has no aud. Required.
	Audience []string
	// Key checks the signature, which must be an RS256 one. Required.
	Key *rsa.PublicKey
}

// Sign makes a token with these claims, as an issuer does.
func Sign(key *rsa.PrivateKey, claims map[string]any) (string, error) {
	payload, err := json.Marshal(claims)
	if err != nil {
		return "", fmt.Errorf("httpapi: sign: %w", err)
	}
	signed := base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"RS256","typ":"JWT"}`)) + "." + base64.RawURLEncoding.EncodeToString(payload)
	digest := sha256.Sum256([]byte(signed))
	signature, err := rsa.SignPKCS1v15(rand.Reader, key, crypto.SHA256, digest[:])
	if err != nil {
		return "", fmt.Errorf("httpapi: sign: %w", err)
	}
	return signed + "." + base64.RawURLEncoding.EncodeToString(signature), nil
}

func (a *Authorizer) check() error {
	if a == nil || a.Issuer != "" && len(a.Audience) > 0 && !slices.Contains(a.Audience, "") && a.Key != nil {
		return nil
	}
	return errors.New("httpapi: an Authorizer needs an Issuer, an Audience and a Key")
}

var errNoToken = errors.New("there is no token")

// claims returns the claims of a request's token, as functions get them. A nil Authorizer lets everybody in, without claims.
func (a *Authorizer) claims(header string, now time.Time) (map[string]string, error) {
	if a == nil {
		return nil, nil
	}
	token := header
	if scheme, rest, ok := strings.Cut(header, " "); ok && strings.EqualFold(scheme, "Bearer") {
		token = strings.TrimSpace(rest)
	}
	if token == "" {
		return nil, errNoToken
	}
	claims, err := a.verify(token)
	if err != nil {
		return nil, err
	}
	if claims["iss"] != a.Issuer {
		return nil, errors.New("the issuer is another")
	}
	if !a.isFor(claims) {
		return nil, errors.New("the audience is another")
	}
	for name, holds := range map[string]func(float64) bool{
		"exp": func(at float64) bool { return seconds(now) < at },
		"nbf": func(at float64) bool { return seconds(now) > at },
		"iat": func(at float64) bool { return seconds(now) > at },
	} {
		value, there := claims[name]
		at, isNumber := value.(float64)
		if there && (!isNumber || !holds(at)) || !there && name == "exp" {
			return nil, fmt.Errorf("the claim %s does not hold", name)
		}
	}
	texts := make(map[string]string, len(claims))
	for name, value := range claims {
		texts[name] = text(value)
	}
	return texts, nil
}

// verify returns the claims of a token whose signature is right.
func (a *Authorizer) verify(token string) (map[string]any, error) {
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		return nil, errors.New("the token has not three parts")
	}
	var header struct {
		Algorithm string `json:"alg"`
	}
	if err := decodePart(parts[0], &header); err != nil {
		return nil, err
	}
	if header.Algorithm != "RS256" {
		return nil, errors.New("the signature is none of RS256")
	}
	signature, err := base64.RawURLEncoding.DecodeString(parts[2])
	if err != nil {
		return nil, errors.New("the signature is not base64")
	}
	digest := sha256.Sum256([]byte(parts[0] + "." + parts[1]))
	if rsa.VerifyPKCS1v15(a.Key, crypto.SHA256, digest[:], signature) != nil {
		return nil, errors.New("the signature is wrong")
	}
	var claims map[string]any
	return claims, decodePart(parts[1], &claims)
}

func decodePart(part string, v any) error {
	decoded, err := base64.RawURLEncoding.DecodeString(part)
	if err != nil || json.Unmarshal(decoded, v) != nil {
		return errors.New("a part of the token is not base64 of JSON")
	}
	return nil
}

// isFor tells whether one of the audiences is a's.
func (a *Authorizer) isFor(claims map[string]any) bool {
	audience, there := claims["aud"]
	if !there {
		audience = claims["client_id"]
	}
	if list, ok := audience.([]any); ok {
		return slices.ContainsFunc(list, a.has)
	}
	return a.has(audience)
}

func (a *Authorizer) has(audience any) bool {
	name, ok := audience.(string)
	return ok && slices.Contains(a.Audience, name)
}

func seconds(t time.Time) float64 { return float64(t.UnixMilli()) / 1000 }

// text is a claim as functions see it: lists in brackets without commas, other values as JSON has them.
func text(value any) string {
	switch v := value.(type) {
	case string:
		return v
	case []any:
		var parts []string
		for _, one := range v {
			parts = append(parts, text(one))
		}
		return "[" + strings.Join(parts, " ") + "]"
	case float64:
		if v == float64(int64(v)) {
			return fmt.Sprint(int64(v))
		}
	}
	encoded, _ := json.Marshal(value) // what came out of JSON goes into it
	return string(encoded)
}

// unauthorized is the answer to a request without a token that holds.
func unauthorized(err error) response {
	res := message(http.StatusUnauthorized, "Unauthorized")
	res.header.Set("Www-Authenticate", "Bearer")
	if !errors.Is(err, errNoToken) {
		res.header.Set("Www-Authenticate", fmt.Sprintf(`Bearer scope="" error="invalid_token" error_description=%q`, err.Error()))
	}
	return res
}
