package envelope

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
)

// Base64 decodes standard base64 with padding (RFC 4648, section 4), which is how bytes travel in a body that must be text.
func Base64() Step {
	return newStep("base64", func(body []byte) ([]byte, error) {
		decoded := make([]byte, base64.StdEncoding.DecodedLen(len(body)))
		n, err := base64.StdEncoding.Decode(decoded, body)
		return decoded[:n], err
	})
}

// Gzip decompresses gzip (RFC 1952). What decompresses to more than limit bytes is refused, and no more than that, and what a
// doubling buffer adds, is held in memory for each message that is being decoded: a body of a megabyte can decompress to a
// gigabyte. A gzip stream is not text: usually [Base64] comes before it. It panics when limit is less than 1.
func Gzip(limit int) Step {
	if limit < 1 {
		panic(fmt.Sprintf("envelope: Gzip(%d): need a limit of at least 1 byte", limit))
	}
	tooLong := refusal(fmt.Sprintf("it decompresses to more than the limit of %d bytes", limit))
	return newStep("gzip", func(body []byte) ([]byte, error) {
		r, err := gzip.NewReader(bytes.NewReader(body))
		if err != nil {
			return nil, notGzip(err)
		}
		var out bytes.Buffer
		if _, err = io.CopyN(&out, r, int64(limit)); err != nil && !errors.Is(err, io.EOF) {
			return nil, notGzip(err)
		}
		if err == nil { // the limit is reached: the stream must end here, and its checksum be right
			if n, err := io.CopyN(io.Discard, r, 1); n > 0 {
				return nil, tooLong
			} else if !errors.Is(err, io.EOF) {
				return nil, notGzip(err)
			}
		}
		return out.Bytes(), nil
	})
}

// notGzip says what is wrong with a stream. The reader's own errors tell of the format and quote nothing.
func notGzip(err error) error {
	return fmt.Errorf("%w: %w", refusal("it is no complete gzip stream"), err)
}
