package images

import (
	"bytes"
	"encoding/binary"
)

// maxScans is how many scans a JPEG may have. A progressive one shows its picture in about ten. The decoder goes over all of the
// picture in each, and one that changes nothing takes 50 bytes of the file.
const maxScans = 100

// tooManyScans tells whether a JPEG has more than maxScans. It finds what image/jpeg takes for the begin of a scan.
func tooManyScans(file []byte) bool {
	const (
		restart0, restart7, end, scan = 0xd0, 0xd7, 0xd9, 0xda // markers, after 0xff
	)
	scans := 0
	for rest := file[min(2, len(file)):]; ; {
		at := bytes.IndexByte(rest, 0xff)
		if at < 0 {
			return false
		}
		rest = rest[at:] // what is before belongs to a scan
		for len(rest) > 0 && rest[0] == 0xff {
			rest = rest[1:] // fill bytes, too
		}
		if len(rest) < 3 || rest[0] == end {
			return false
		}
		marker, size := rest[0], int(binary.BigEndian.Uint16(rest[1:]))
		switch {
		case marker == 0, marker >= restart0 && marker <= restart7: // within a scan
			rest = rest[1:]
			continue
		case marker == scan:
			scans++
		}
		if scans > maxScans {
			return true
		}
		rest = rest[min(1+size, len(rest)):]
	}
}
