package s3event

import (
	"strconv"
	"strings"
)

// changeKey tells a change of an object from all others. Creations and deletions have their sequencers in common. For other
// kinds it is not certain that S3 takes a new one, so the kind is in the key: a copy may create an object and annotations.
func changeKey(kind, bucket, key, versionID string, s Sequencer, requestID, annotation string) string {
	which := s.canonical()
	switch {
	case s != "" && (kind == KindCreated || kind == KindDeleted):
		return joinParts(bucket, key, versionID, which)
	case s == "" && requestID == "":
		return ""
	case s == "":
		which = requestID
	}
	if annotation == "" {
		return joinParts(kind, bucket, key, versionID, which)
	}
	return joinParts(kind, bucket, key, versionID, which, annotation)
}

// joinParts puts the length in bytes before each part, so that no two lists of parts give the same string.
func joinParts(parts ...string) string {
	size := 0
	for _, p := range parts {
		size += len(p) + len("1024:,")
	}
	var key strings.Builder
	key.Grow(size)
	for _, p := range parts {
		key.WriteString(strconv.Itoa(len(p)))
		key.WriteByte(':')
		key.WriteString(p)
		key.WriteByte(',')
	}
	return key.String()
}
