package sqsbatchtest

import (
	"crypto/md5"
	"encoding/binary"
	"encoding/hex"
	"hash"
	"io"
	"maps"
	"slices"

	"github.com/aws/aws-lambda-go/events"
)

// Digests of Amazon SQS, which SDK clients compare with their own.

func md5OfBody(body string) string {
	sum := md5.Sum([]byte(body))
	return hex.EncodeToString(sum[:])
}

// The byte that tells in which form an attribute's value follows.
const (
	stringTransport = 1
	binaryTransport = 2
)

// md5OfAttributes follows "Calculating the MD5 message digest for message attributes" of the Amazon SQS Developer
// Guide: sorted by name; name, type and value each after its length in four bytes, the value also after one byte for
// its form. It returns "" for no attributes, as the service does.
func md5OfAttributes(attributes map[string]events.SQSMessageAttribute) string {
	if len(attributes) == 0 {
		return ""
	}
	sum := md5.New()
	for _, name := range slices.Sorted(maps.Keys(attributes)) {
		a := attributes[name]
		writeSized(sum, name)
		writeSized(sum, a.DataType)
		if a.StringValue != nil {
			sum.Write([]byte{stringTransport})
			writeSized(sum, *a.StringValue)
		} else {
			sum.Write([]byte{binaryTransport})
			writeSized(sum, string(a.BinaryValue))
		}
	}
	return hex.EncodeToString(sum.Sum(nil))
}

func writeSized(sum hash.Hash, s string) {
	sum.Write(binary.BigEndian.AppendUint32(nil, uint32(len(s))))
	io.WriteString(sum, s)
}

// md5OfTrace is the digest of the one system attribute that there is.
func md5OfTrace(header string) string {
	return md5OfAttributes(map[string]events.SQSMessageAttribute{
		"AWSTraceHeader": {DataType: "String", StringValue: &header},
	})
}
