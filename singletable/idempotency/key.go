package idempotency

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"unicode/utf8"

	"github.com/lambdapatterns/lambdapatterns/singletable/internal/keytext"
)

const (
	maxPartitionKey = 2048 // bytes
	maxScope        = 255  // bytes, so that the key of a hash always fits
)

// keyPrefix is what the partition keys of a scope's records begin with.
func keyPrefix(scope string) string {
	if scope == "" || len(scope) > maxScope || !utf8.ValidString(scope) {
		panic(fmt.Sprintf("idempotency: %.300q is no scope: need 1 to %d bytes of UTF-8", scope, maxScope))
	}
	return sortValue + keytext.Separator + part(scope) + keytext.Separator
}

// recordKey makes the partition key of a record. Names that do not fit into one, and those that are not UTF-8, are known by
// their hash. A component more than other keys have keeps these from being taken for each other.
func recordKey(prefix, name string) (string, error) {
	if name == "" {
		return "", ErrKey
	}
	if len(name) <= maxPartitionKey && utf8.ValidString(name) {
		if key := prefix + part(name); len(key) <= maxPartitionKey {
			return key, nil
		}
	}
	sum := sha256.Sum256([]byte(name))
	return prefix + "SHA256#" + hex.EncodeToString(sum[:]), nil
}

// part writes a value as a component of a key, as package singletable does.
func part(s string) string { return string(keytext.Append(nil, s)) }
