package sqsjson

import (
	"encoding/json"
	"slices"

	"github.com/aws/aws-lambda-go/events"
)

// AppendResponse appends r to dst as [json.Marshal] writes it, null for a nil slice of failures included, and returns the
// longer slice.
func AppendResponse(dst []byte, r events.SQSEventResponse) []byte {
	if r.BatchItemFailures == nil {
		return append(dst, `{"batchItemFailures":null}`...)
	}
	const list, failure = `{"batchItemFailures":[]}`, `{"itemIdentifier":""},`
	size := len(list)
	for _, f := range r.BatchItemFailures {
		size += len(failure) + len(f.ItemIdentifier)
	}
	dst = append(slices.Grow(dst, size), `{"batchItemFailures":[`...)
	for i, f := range r.BatchItemFailures {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = append(dst, `{"itemIdentifier":`...)
		dst = appendString(dst, f.ItemIdentifier)
		dst = append(dst, '}')
	}
	return append(dst, `]}`...)
}

// appendString appends s as a JSON string. A message id is letters, digits and hyphens, which need no look at what to escape.
func appendString(dst []byte, s string) []byte {
	for i := range len(s) {
		if c := s[i]; c-'0' > 9 && c|0x20-'a' > 25 && c != '-' {
			quoted, _ := json.Marshal(s) // which has no error for a string
			return append(dst, quoted...)
		}
	}
	dst = append(dst, '"')
	dst = append(dst, s...)
	return append(dst, '"')
}
