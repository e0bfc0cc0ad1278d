package sqsbatchtest

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/binary"
	"time"
)

// receipt is what a receipt handle says: which message, by which of the receives, and when. It is all in the handle,
// so that a handle of a message that is long gone still differs from one that never was.
type receipt struct {
	message string
	number  uint64
	at      time.Time
}

const receiptSumBytes = 8

// handle writes a receipt as text that only this queue accepts.
func (q *Queue) handle(r receipt) string {
	raw := binary.BigEndian.AppendUint64(nil, r.number)
	raw = binary.BigEndian.AppendUint64(raw, uint64(r.at.UnixNano()))
	raw = append(raw, r.message...)
	return base64.StdEncoding.EncodeToString(append(raw, q.receiptSum(raw)...))
}

// parseHandle reads a receipt handle.
func (q *Queue) parseHandle(handle string) (receipt, error) {
	raw, err := base64.StdEncoding.DecodeString(handle)
	if err != nil || len(raw) <= 16+receiptSumBytes {
		return receipt{}, errReceiptHandle
	}
	raw, sum := raw[:len(raw)-receiptSumBytes], raw[len(raw)-receiptSumBytes:]
	if subtle.ConstantTimeCompare(sum, q.receiptSum(raw)) == 0 {
		return receipt{}, errReceiptHandle
	}
	return receipt{
		number:  binary.BigEndian.Uint64(raw),
		at:      time.Unix(0, int64(binary.BigEndian.Uint64(raw[8:]))),
		message: string(raw[16:]),
	}, nil
}

func (q *Queue) receiptSum(raw []byte) []byte {
	sum := sha256.Sum256(append([]byte(q.arn+"\n"), raw...))
	return sum[:receiptSumBytes]
}

var (
	errReceiptHandle = refuse("ReceiptHandleIsInvalid", "The input receipt handle is invalid.")
	errExpired       = refuse(invalidParameter,
		"The value for parameter ReceiptHandle is invalid. Reason: The receipt handle has expired.")
	errNotAvailable = refuse(invalidParameter, "The value for parameter ReceiptHandle is invalid. Reason: "+
		"Message does not exist or is not available for visibility timeout change.")
)
