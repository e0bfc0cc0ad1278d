package singletable

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"strings"
)

// CursorError says why a cursor was refused. errors.Is(err, [ErrCursor]) holds.
type CursorError struct {
	Reason string // never quotes the cursor
}

// Error gives the reason.
func (e *CursorError) Error() string { return ErrCursor.Error() + ": " + e.Reason }

// Is reports whether target is ErrCursor.
func (e *CursorError) Is(target error) bool { return target == ErrCursor }

// A cursor is base64url, without padding, of a byte that says what it is and
//
//	plain:  16 bytes of the SHA-256 of binding and position, then the position
//	sealed: a nonce, then the position sealed by AES-256-GCM, with the first byte and the binding as additional data
//
// cursorposition.go says what a position is. The partition that is read is not in it: that is the query's.
const (
	plainCursor  = 1
	sealedCursor = 2

	cursorCheck = 16

	// maxCursor is more than the longest cursor: of the keys with their lengths and types, with what sealing adds, in base64.
	maxCursor = (1 + 64 + (1+maxIndexAttributes)*maxSortKey + maxPartitionKey + 8*(1+binary.MaxVarintLen16)) * 4 / 3
)

var cursorText = base64.RawURLEncoding.Strict()

// encodeCursor makes the text of a cursor.
func (t *Table) encodeCursor(b binding, position []byte) string {
	if t.cursors.seals() {
		return cursorText.EncodeToString(t.cursors.seal(b, position))
	}
	check := plainCheck(b, position)
	return cursorText.EncodeToString(append(append([]byte{plainCursor}, check...), position...))
}

// decodeCursor reverses encodeCursor, and accepts nothing that it does not write for this binding.
func (t *Table) decodeCursor(b binding, text string) ([]byte, error) {
	if len(text) > maxCursor || strings.ContainsAny(text, "\r\n") { // line ends are let pass by the decoding
		return nil, &CursorError{"it is damaged"}
	}
	raw, err := cursorText.DecodeString(text)
	if err != nil || len(raw) == 0 {
		return nil, &CursorError{"it is damaged"}
	}
	switch kind := raw[0]; {
	case kind != plainCursor && kind != sealedCursor:
		return nil, &CursorError{"it is of another version"}
	case kind == sealedCursor && !t.cursors.seals():
		return nil, &CursorError{"it is sealed, and the table has no cursor key"}
	case kind == sealedCursor:
		return t.cursors.open(b, raw)
	case t.cursors.seals():
		return nil, &CursorError{"it is not sealed, and the table has a cursor key"}
	}
	if len(raw) < 1+cursorCheck || !bytes.Equal(raw[1:1+cursorCheck], plainCheck(b, raw[1+cursorCheck:])) {
		return nil, &CursorError{"it is damaged or of another query"}
	}
	return raw[1+cursorCheck:], nil
}

// plainCheck finds mistakes, not forgeries.
func plainCheck(b binding, position []byte) []byte {
	sum := sha256.Sum256(append(b[:], position...))
	return sum[:cursorCheck]
}
