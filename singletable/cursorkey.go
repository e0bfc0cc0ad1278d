package singletable

import (
	"crypto/aes"
	"crypto/cipher"
	"fmt"
)

// WithCursorKey seals the cursors of pages with a key of 32 bytes (AES-256-GCM, a new nonce each), so that clients can
// neither read nor make them. Cursors that are not sealed are then refused. To change the key, give the new one first and the
// old one behind it until no cursor of its time is in use: the first seals, all open.
//
// The key is a secret: it belongs where the function keeps its others, and the same in all of the function's instances.
// Random nonces are good for 2^32 cursors a key.
func WithCursorKey(key []byte, older ...[]byte) TableOption {
	var c cursorKeys
	for i, k := range append([][]byte{key}, older...) {
		if len(k) != 32 {
			c.err = fmt.Errorf("singletable: WithCursorKey: key %d has %d bytes, and AES-256 needs 32", i+1, len(k))
			break
		}
		block, err := aes.NewCipher(k)
		if err == nil {
			var aead cipher.AEAD
			aead, err = cipher.NewGCMWithRandomNonce(block)
			c.aeads = append(c.aeads, aead)
		}
		if err != nil {
			c.err = fmt.Errorf("singletable: WithCursorKey: key %d: %w", i+1, err)
			break
		}
	}
	return tableOption(func(t *Table) { t.cursors = c })
}

// cursorKeys seal and open cursors.
type cursorKeys struct {
	aeads []cipher.AEAD // the first seals
	err   error         // why the keys cannot be used
}

// seals tells whether the table's cursors are sealed.
func (c *cursorKeys) seals() bool { return len(c.aeads) > 0 }

func (c *cursorKeys) seal(b binding, position []byte) []byte {
	return c.aeads[0].Seal([]byte{sealedCursor}, nil, position, sealedTo(b))
}

func (c *cursorKeys) open(b binding, raw []byte) ([]byte, error) {
	for _, aead := range c.aeads {
		if position, err := aead.Open(nil, nil, raw[1:], sealedTo(b)); err == nil {
			return position, nil
		}
	}
	return nil, &CursorError{"it is damaged, of another query or sealed with another key"}
}

func sealedTo(b binding) []byte { return append([]byte{sealedCursor}, b[:]...) }
