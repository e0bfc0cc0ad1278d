package images

import (
	"bytes"
	"encoding/binary"
	"image"
)

// orientation is the EXIF tag of that name: how a picture lies in its file. 1 is upright; the other seven are its mirrored and
// turned forms.
type orientation uint16

const upright orientation = 1

// tagOrientation is the number of the EXIF tag.
const tagOrientation = 0x0112

// orientationOf reads the orientation of a JPEG. What cannot be read is upright: a thumbnail that lies on its side is better
// than none.
func orientationOf(file []byte) orientation {
	for rest := file[min(2, len(file)):]; len(rest) >= 4 && rest[0] == 0xff; {
		marker, size := rest[1], int(binary.BigEndian.Uint16(rest[2:]))
		switch {
		case marker == 0xff: // a fill byte
			rest = rest[1:]
			continue
		case marker == 0xda || size < 2 || size > len(rest)-2: // the picture itself begins, or the file is cut off
			return upright
		}
		if segment := rest[4 : 2+size]; marker == 0xe1 && bytes.HasPrefix(segment, []byte("Exif\x00\x00")) {
			return orientationIn(segment[6:])
		}
		rest = rest[2+size:]
	}
	return upright
}

// orientationIn reads it from the first directory of a TIFF structure, which is what EXIF data is.
func orientationIn(tiff []byte) orientation {
	if len(tiff) < 8 {
		return upright
	}
	var order binary.ByteOrder = binary.BigEndian
	if tiff[0] == 'I' {
		order = binary.LittleEndian
	}
	at := int64(order.Uint32(tiff[4:]))
	if at+2 > int64(len(tiff)) {
		return upright
	}
	entries := int(order.Uint16(tiff[at:]))
	for rest := tiff[at+2:]; entries > 0 && len(rest) >= 12; entries, rest = entries-1, rest[12:] {
		const short = 3
		if order.Uint16(rest) == tagOrientation && order.Uint16(rest[2:]) == short {
			if o := orientation(order.Uint16(rest[8:])); o >= 1 && o <= 8 {
				return o
			}
			return upright
		}
	}
	return upright
}

// swapsEdges tells whether the upright picture is as wide as the one in the file is high.
func (o orientation) swapsEdges() bool { return o >= 5 && o <= 8 }

// apply sets a picture upright. It is done to the thumbnail, which is small.
func (o orientation) apply(in *image.RGBA) *image.RGBA {
	if o <= upright || o > 8 {
		return in
	}
	w, h := in.Bounds().Dx(), in.Bounds().Dy()
	size := image.Rect(0, 0, w, h)
	if o.swapsEdges() {
		size = image.Rect(0, 0, h, w)
	}
	out := image.NewRGBA(size)
	for y := range size.Dy() {
		for x := range size.Dx() {
			fromX, fromY := x, y
			switch o {
			case 2: // mirrored from left to right
				fromX = w - 1 - x
			case 3: // upside down
				fromX, fromY = w-1-x, h-1-y
			case 4: // mirrored from top to bottom
				fromY = h - 1 - y
			case 5: // mirrored along the diagonal
				fromX, fromY = y, x
			case 6: // lies on its left side: turn clockwise
				fromX, fromY = y, h-1-x
			case 7: // mirrored along the other diagonal
				fromX, fromY = w-1-y, h-1-x
			case 8: // lies on its right side: turn anticlockwise
				fromX, fromY = w-1-y, x
			}
			out.SetRGBA(x, y, in.RGBAAt(fromX, fromY))
		}
	}
	return out
}
