package tracingotlp

import (
	"encoding/binary"
	"math"
	"strings"
)

// The wire types of protocol buffers that OTLP uses (protobuf.dev, "Encoding").
const (
	wireVarint  = 0
	wireFixed64 = 1
	wireBytes   = 2
	wireFixed32 = 5
)

func appendTag(b []byte, field, wire int) []byte {
	return binary.AppendUvarint(b, uint64(field)<<3|uint64(wire))
}

// appendString leaves an empty string out, as proto3 does, and writes invalid UTF-8 as U+FFFD: a decoder must refuse the
// whole message for it.
func appendString(b []byte, field int, s string) []byte {
	if s == "" {
		return b
	}
	return appendOneofString(b, field, s)
}

// appendOneofString writes a string also when it is empty, because its presence says which field of a oneof is set.
func appendOneofString(b []byte, field int, s string) []byte {
	s = strings.ToValidUTF8(s, "\uFFFD") // s itself where it is valid
	b = appendTag(b, field, wireBytes)
	b = binary.AppendUvarint(b, uint64(len(s)))
	return append(b, s...)
}

func appendBytes(b []byte, field int, p []byte) []byte {
	b = appendTag(b, field, wireBytes)
	b = binary.AppendUvarint(b, uint64(len(p)))
	return append(b, p...)
}

// appendVarint leaves 0 out.
func appendVarint(b []byte, field int, v uint64) []byte {
	if v == 0 {
		return b
	}
	return binary.AppendUvarint(appendTag(b, field, wireVarint), v)
}

// appendCount writes one of the counts of what was dropped.
func appendCount(b []byte, field, n int) []byte {
	return appendVarint(b, field, uint64(min(max(n, 0), math.MaxUint32)))
}

func appendFixed64(b []byte, field int, v uint64) []byte {
	if v == 0 {
		return b
	}
	return binary.LittleEndian.AppendUint64(appendTag(b, field, wireFixed64), v)
}

func appendFixed32(b []byte, field int, v uint32) []byte {
	if v == 0 {
		return b
	}
	return binary.LittleEndian.AppendUint32(appendTag(b, field, wireFixed32), v)
}

// begin starts a nested message, which end finishes with the length that it came to have. Most are shorter than 128 bytes,
// and their length takes the one byte that begin leaves.
func begin(b []byte, field int) (_ []byte, mark int) {
	b = append(appendTag(b, field, wireBytes), 0)
	return b, len(b)
}

func end(b []byte, mark int) []byte {
	n := len(b) - mark
	if n < 0x80 {
		b[mark-1] = byte(n)
		return b
	}
	var length [binary.MaxVarintLen64]byte
	size := binary.PutUvarint(length[:], uint64(n))
	b = append(b, length[:size-1]...) // room, whatever it holds
	copy(b[mark+size-1:], b[mark:mark+n])
	copy(b[mark-1:], length[:size])
	return b
}

// rejectedSpans returns partial_success.rejected_spans and .error_message of an ExportTraceServiceResponse. What it cannot
// read rejects nothing: the status of the response said that it was a success.
func rejectedSpans(response []byte) (rejected int64, message string) {
	fields(response, func(field int, _ uint64, partial []byte) {
		if field != 1 {
			return
		}
		fields(partial, func(field int, number uint64, text []byte) {
			switch field {
			case 1:
				rejected = int64(number)
			case 2:
				message = string(text)
			}
		})
	})
	return max(rejected, 0), message
}

// fields calls yield with each field of a message, and stops at what is malformed.
func fields(b []byte, yield func(field int, number uint64, data []byte)) {
	for len(b) > 0 {
		tag, n := binary.Uvarint(b)
		if n <= 0 {
			return
		}
		b = b[n:]
		var number uint64
		var data []byte
		switch tag & 7 {
		case wireVarint:
			if number, n = binary.Uvarint(b); n <= 0 {
				return
			}
		case wireFixed64:
			n = 8
		case wireFixed32:
			n = 4
		case wireBytes:
			size, m := binary.Uvarint(b)
			if m <= 0 || size > uint64(len(b)-m) {
				return
			}
			n = m + int(size)
			data = b[m:n]
		default:
			return
		}
		if n > len(b) {
			return
		}
		b = b[n:]
		if field := tag >> 3; field <= math.MaxInt32 {
			yield(int(field), number, data)
		}
	}
}
