package singletable

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"strings"
	"unicode/utf8"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// ErrCursor is what a call with a cursor that is not its own fails with. The error holds a [*CursorError].
var ErrCursor = errors.New("the cursor is refused")

// CursorError says why a cursor was refused. errors.Is(err, [ErrCursor]) holds.
type CursorError struct {
	Reason string // never quotes the cursor
}

func (e *CursorError) Error() string { return ErrCursor.Error() + ": " + e.Reason }

// Is reports whether target is ErrCursor.
func (e *CursorError) Is(target error) bool { return target == ErrCursor }

// A cursor is base64url, without padding, of a byte that says what it is and
//
//	plain:  16 bytes of the SHA-256 of binding and position, then the position
//	sealed: a nonce, then the position sealed by AES-256-GCM, with the first byte and the binding as additional data
//
// A position is the sort key of an item, and in an index also the partition and sort key that it has in the table, each as
// its length, a varint, and its bytes. The partition that is read is not in it: that is the query's.
const (
	plainCursor  = 1
	sealedCursor = 2

	cursorCheck = 16

	// maxCursor is more than the longest cursor: of three keys with their lengths, with what sealing adds, in base64.
	maxCursor = (1 + 64 + 2*maxSortKey + maxPartitionKey + 3*binary.MaxVarintLen16) * 4 / 3
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

var errNoKeys = errors.New("an item came without its keys: a projection must name them")

// cursorAt makes the cursor that stands for an item.
func (q *queryPlan) cursorAt(b binding, it item) (string, error) {
	at, base := q.place.of(it), q.entity.key.of(it)
	if at == (Key{}) || base == (Key{}) {
		return "", errNoKeys
	}
	parts := []string{at.Sort}
	if q.index != "" {
		parts = append(parts, base.Partition, base.Sort)
	}
	var position []byte
	for _, p := range parts {
		position = binary.AppendUvarint(position, uint64(len(p)))
		position = append(position, p...)
	}
	return q.entity.table.encodeCursor(b, position), nil
}

// start returns the start key that a cursor stands for.
func (q *queryPlan) start(b binding, cursor string) (item, error) {
	position, err := q.entity.table.decodeCursor(b, cursor)
	if err != nil {
		return nil, err
	}
	limits := []int{maxSortKey}
	if q.index != "" {
		limits = append(limits, maxPartitionKey, maxSortKey)
	}
	parts := make([]string, len(limits))
	for i, limit := range limits {
		n, size := binary.Uvarint(position)
		if size != len(binary.AppendUvarint(nil, n)) || n == 0 || n > uint64(limit) || n > uint64(len(position)-size) {
			return nil, &CursorError{"it is damaged"}
		}
		parts[i] = string(position[size : size+int(n)])
		position = position[size+int(n):]
		if !utf8.ValidString(parts[i]) {
			return nil, &CursorError{"it is damaged"}
		}
	}
	if len(position) > 0 {
		return nil, &CursorError{"it is damaged"}
	}
	if !q.condition.holds(parts[0]) {
		return nil, &CursorError{"its position is outside the query"}
	}
	from := item{
		q.place.partition: &types.AttributeValueMemberS{Value: q.key.Partition},
		q.place.sort:      &types.AttributeValueMemberS{Value: parts[0]},
	}
	if q.index != "" {
		q.entity.key.set(from, Key{parts[1], parts[2]})
	}
	return from, nil
}
