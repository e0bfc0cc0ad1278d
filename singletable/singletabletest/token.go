package singletabletest

import (
	"crypto/sha256"
	"encoding/json"
	"time"
)

// tokenLifetime is how long a ClientRequestToken makes a transaction idempotent.
const tokenLifetime = 10 * time.Minute

const maxToken = 36

// usedToken is a ClientRequestToken of a transaction that was made.
type usedToken struct {
	fingerprint [sha256.Size]byte
	used        time.Time
}

// replayed says whether the transaction has already been made under its token. The fingerprint stands for its actions.
func (e *Engine) replayed(in *transactWriteItemsInput) (fingerprint [sha256.Size]byte, done bool, err error) {
	if in.ClientRequestToken == "" {
		return fingerprint, false, nil
	}
	if len(in.ClientRequestToken) > maxToken {
		return fingerprint, false, validation("Value %s at 'clientRequestToken' failed to satisfy constraint: Member must have length less than or equal to 36", in.ClientRequestToken)
	}
	// Encoding sorts the keys of maps, whose order means nothing.
	actions, err := json.Marshal(in.TransactItems)
	if err != nil {
		return fingerprint, false, err
	}
	fingerprint = sha256.Sum256(actions)
	token, ok := e.tokens[in.ClientRequestToken]
	if !ok || time.Since(token.used) >= tokenLifetime {
		return fingerprint, false, nil
	}
	if token.fingerprint != fingerprint {
		return fingerprint, false, &apiError{code: codeIdempotentMismatch, message: "The request has the token of another transaction, with other actions"}
	}
	return fingerprint, true, nil
}

// remember keeps a token, and forgets those that are out of date.
func (e *Engine) remember(token string, fingerprint [sha256.Size]byte) {
	if token == "" {
		return
	}
	now := time.Now()
	for name, t := range e.tokens {
		if now.Sub(t.used) >= tokenLifetime {
			delete(e.tokens, name)
		}
	}
	if e.tokens == nil {
		e.tokens = map[string]usedToken{}
	}
	e.tokens[token] = usedToken{fingerprint, now}
}
