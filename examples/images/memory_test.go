package images_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"image"
	"image/png"
	"strings"
	"testing"

	"github.com/lambdapatterns/lambdapatterns/examples/images"
	"github.com/lambdapatterns/lambdapatterns/internal/heaptest"
	"github.com/lambdapatterns/lambdapatterns/internal/racetest"
)

// Limits.Pixels promises 24 bytes a pixel at most and 50 MB for scaling, by which 24,000,000 of them fit into the function's memory.
func TestAPictureTakesNoMoreThanItsLimitSays(t *testing.T) {
	if racetest.Enabled {
		t.Skip("one goroutine, and a minute under the race detector")
	}
	for _, tc := range []struct {
		name string
		file []byte
	}{
		{"a PNG with 16 bits a channel", loose(t, image.NewNRGBA64(image.Rect(0, 0, 2000, 1500)))},
		{"a progressive JPEG", progressive(2000, 1500, 3)},
		{"a progressive JPEG of four colours", progressive(2000, 1500, 4)},
		{"as high as may be", loose(t, image.NewNRGBA64(image.Rect(0, 0, 45, 65_535)))},
		{"as wide as may be", loose(t, image.NewNRGBA64(image.Rect(0, 0, 65_535, 45)))},
	} {
		peak := heaptest.Peak(func() {
			thumbnail, err := images.MakeThumbnail(tc.file, images.Limits{})
			if err != nil || max(thumbnail.Width, thumbnail.Height) != 256 {
				t.Errorf("%s: %d x %d: %v", tc.name, thumbnail.Width, thumbnail.Height, err)
			}
		})
		t.Logf("%s: 3,000,000 pixels in %d bytes take %d bytes at the highest", tc.name, len(tc.file), peak)
		if peak > 24*3_000_000+15<<20 { // scaling so many takes a part of its 50 MB
			t.Errorf("%s: 3,000,000 pixels take %d bytes, and 24 a pixel are promised", tc.name, peak)
		}
	}
}

// A small file of few pixels, in one long row or column, would take a hundred bytes a pixel for scaling.
func TestAnEdgeIsLimited(t *testing.T) {
	for _, size := range []image.Rectangle{image.Rect(0, 0, 1, 65_536), image.Rect(0, 0, 3_000_000, 1)} {
		file := loose(t, image.NewGray(size))
		peak := heaptest.Peak(func() {
			if _, err := images.MakeThumbnail(file, images.Limits{}); !errors.Is(err, images.ErrRefused) {
				t.Errorf("%v: %v", size, err)
			}
		})
		if peak > 1<<20 {
			t.Errorf("refusing %v took %d bytes", size, peak)
		}
	}
}

// A JPEG of 57 KB whose scans change nothing took more than the function's 30 s, three times.
func TestAScanBombIsRefused(t *testing.T) {
	t.Parallel()
	for scans, want := range map[int]bool{98: true, 99: true, 100: false, 1000: false} { // and the first one, of progressive
		file := bytes.TrimSuffix(progressive(64, 64, 1), []byte("\xff\xd9"))
		for range scans {
			file = append(file, "\xff\xc4\x00\x14\x10\x01"...) // a Huffman table, in which the bit 0 begins a run of blocks without a change
			file = append(append(file, make([]byte, 15)...), 0xe0)
			file = append(file, "\xff\xda\x00\x08\x01\x01\x00\x01\x3f\x00\x00\x00"...)
		}
		file = append(file, 0xff, 0xd9)
		file = append(file, bytes.Repeat([]byte("\xff\xda\x00\x08"), 200)...) // what is behind the end, such as a film, is no scan
		_, err := images.MakeThumbnail(file, images.Limits{})
		if got := err == nil; got != want || !got && !strings.Contains(err.Error(), "more than 100 scans") {
			t.Errorf("%d scans: %v", 1+scans, err)
		}
	}
}

// loose is a PNG that took little time to compress.
func loose(t *testing.T, m image.Image) []byte {
	t.Helper()
	var file bytes.Buffer
	encoder := png.Encoder{CompressionLevel: png.BestSpeed}
	if err := encoder.Encode(&file, m); err != nil {
		t.Fatal(err)
	}
	return file.Bytes()
}

// progressive is a grey progressive JPEG of so many components: one scan, in which each block is a bit.
func progressive(w, h, components int) []byte {
	n := byte(components)
	file := []byte("\xff\xd8")
	if components == 4 {
		file = append(file, "\xff\xee\x00\x0eAdobe\x00\x64\x00\x00\x00\x00\x00"...) // CMYK
	}
	file = append(file, 0xff, 0xdb, 0, 67, 0) // a quantisation table
	file = append(file, bytes.Repeat([]byte{1}, 64)...)
	file = append(file, 0xff, 0xc2, 0, 8+3*n, 8)
	file = binary.BigEndian.AppendUint16(file, uint16(h))
	file = binary.BigEndian.AppendUint16(file, uint16(w))
	file = append(file, n)
	for i := range n {
		file = append(file, i+1, 0x11, 0)
	}
	file = append(file, 0xff, 0xc4, 0, 20, 0, 1) // a Huffman table, in which the bit 0 is "as the block before"
	file = append(file, make([]byte, 16)...)
	file = append(file, 0xff, 0xda, 0, 6+2*n, n)
	for i := range n {
		file = append(file, i+1, 0)
	}
	file = append(file, 0, 0, 0)
	file = append(file, make([]byte, (w/8+1)*(h/8+1)*components/8+1)...)
	return append(file, 0xff, 0xd9)
}
