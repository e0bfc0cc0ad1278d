package images_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"runtime"
	"strings"
	"testing"

	"github.com/lambdapatterns/lambdapatterns/examples/images"
)

// quarters is a picture whose four quarters are red, green, blue and white, row by row.
func quarters(w, h int) *image.NRGBA {
	m := image.NewNRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			m.SetNRGBA(x, y, [...]color.NRGBA{{255, 0, 0, 255}, {0, 255, 0, 255}, {0, 0, 255, 255}, {255, 255, 255, 255}}[2*(2*y/h)+2*x/w])
		}
	}
	return m
}

func jpegOf(t testing.TB, m image.Image) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := jpeg.Encode(&out, m, nil); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func pngOf(t testing.TB, m image.Image) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := png.Encode(&out, m); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// seen names the colours of a picture's quarters.
func seen(m image.Image) string {
	b := m.Bounds()
	var text strings.Builder
	for _, at := range [...]image.Point{{1, 1}, {3, 1}, {1, 3}, {3, 3}} {
		r, g, b, _ := m.At(b.Min.X+at.X*b.Dx()/4, b.Min.Y+at.Y*b.Dy()/4).RGBA()
		switch {
		case r > 0xc000 && g > 0xc000 && b > 0xc000:
			text.WriteByte('w')
		case r > 0xc000:
			text.WriteByte('r')
		case g > 0xc000:
			text.WriteByte('g')
		case b > 0xc000:
			text.WriteByte('b')
		default:
			text.WriteByte('?')
		}
	}
	return text.String()
}

func TestMakeThumbnailSizes(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct{ w, h, wantW, wantH int }{
		{400, 200, 100, 50}, {200, 400, 50, 100}, {101, 100, 100, 99}, {60, 40, 60, 40}, {1, 1, 1, 1}, {1000, 1, 100, 1}, {1, 1000, 1, 100},
	} {
		for format, data := range map[string][]byte{"jpeg": jpegOf(t, quarters(tc.w, tc.h)), "png": pngOf(t, quarters(tc.w, tc.h))} {
			got, err := images.MakeThumbnail(data, images.Limits{Edge: 100})
			if err != nil {
				t.Errorf("%s of %d x %d: %v", format, tc.w, tc.h, err)
				continue
			}
			m, decoded, err := image.Decode(bytes.NewReader(got.Data))
			if err != nil || decoded != format || got.Format != format {
				t.Errorf("%s of %d x %d: got a %s that is said to be %s, %v", format, tc.w, tc.h, decoded, got.Format, err)
				continue
			}
			if m.Bounds() != image.Rect(0, 0, tc.wantW, tc.wantH) || got.Width != tc.wantW || got.Height != tc.wantH {
				t.Errorf("%s of %d x %d: got %v, said %d x %d; want %d x %d", format, tc.w, tc.h, m.Bounds(), got.Width, got.Height, tc.wantW, tc.wantH)
			}
			if got.SourceWidth != tc.w || got.SourceHeight != tc.h {
				t.Errorf("%s of %d x %d: the source is said to be %d x %d", format, tc.w, tc.h, got.SourceWidth, got.SourceHeight)
			}
			if tc.w > 2 && tc.h > 2 && seen(m) != "rgbw" {
				t.Errorf("%s of %d x %d shows %s", format, tc.w, tc.h, seen(m))
			}
		}
	}
}

func TestMakeThumbnailKeepsTransparency(t *testing.T) {
	t.Parallel()
	m := image.NewNRGBA(image.Rect(0, 0, 300, 300))
	m.SetNRGBA(0, 0, color.NRGBA{255, 0, 0, 255})
	got, err := images.MakeThumbnail(pngOf(t, m), images.Limits{Edge: 30})
	if err != nil {
		t.Fatal(err)
	}
	small, err := png.Decode(bytes.NewReader(got.Data))
	if err != nil {
		t.Fatal(err)
	}
	if _, _, _, a := small.At(15, 15).RGBA(); a != 0 {
		t.Errorf("a transparent pixel has alpha %d", a)
	}
}

// turned gives a JPEG an EXIF orientation.
func turned(file []byte, order binary.AppendByteOrder, orientation uint16) []byte {
	tiff := []byte("MM")
	if order == binary.AppendByteOrder(binary.LittleEndian) {
		tiff = []byte("II")
	}
	tiff = order.AppendUint16(tiff, 42)
	tiff = order.AppendUint32(tiff, 8)
	tiff = order.AppendUint16(tiff, 2)
	for _, tag := range []uint16{0x010f, 0x0112} { // another one before it
		tiff = order.AppendUint16(tiff, tag)
		tiff = order.AppendUint16(tiff, 3)
		tiff = order.AppendUint32(tiff, 1)
		tiff = order.AppendUint16(tiff, orientation)
		tiff = order.AppendUint16(tiff, 0)
	}
	segment := append([]byte("Exif\x00\x00"), order.AppendUint32(tiff, 0)...)
	out := binary.BigEndian.AppendUint16([]byte{0xff, 0xd8, 0xff, 0xe1}, uint16(len(segment)+2))
	return append(append(out, segment...), file[2:]...)
}

func TestMakeThumbnailSetsUpright(t *testing.T) {
	t.Parallel()
	file := jpegOf(t, quarters(160, 80)) // red green over blue white, as it lies in the file
	// What is to be seen when the first row and the first column of the file are where EXIF says that they are.
	want := map[uint16]string{
		1: "rgbw", 2: "grwb", 3: "wbgr", 4: "bwrg", 5: "rbgw", 6: "brwg", 7: "wgbr", 8: "gwrb",
		0: "rgbw", 9: "rgbw",
	}
	for orientation, want := range want {
		for _, order := range []binary.AppendByteOrder{binary.BigEndian, binary.LittleEndian} {
			got, err := images.MakeThumbnail(turned(file, order, orientation), images.Limits{Edge: 40})
			if err != nil {
				t.Errorf("orientation %d: %v", orientation, err)
				continue
			}
			m, err := jpeg.Decode(bytes.NewReader(got.Data))
			if err != nil {
				t.Errorf("orientation %d: %v", orientation, err)
				continue
			}
			w, h := 40, 20
			if orientation >= 5 && orientation <= 8 {
				w, h = h, w
			}
			if seen(m) != want || m.Bounds().Dx() != w || got.Height != h || got.SourceWidth != 4*w || got.SourceHeight != 4*h {
				t.Errorf("orientation %d, %v: shows %s at %v of %d x %d, want %s at %d x %d", orientation, order, seen(m), m.Bounds(),
					got.SourceWidth, got.SourceHeight, want, w, h)
			}
			if bytes.Contains(got.Data, []byte("Exif")) {
				t.Errorf("orientation %d: the thumbnail has EXIF data", orientation)
			}
		}
	}
}

// claiming changes the size that a PNG's header claims.
func claiming(file []byte, w, h uint32) []byte {
	file = bytes.Clone(file)
	binary.BigEndian.PutUint32(file[16:], w)
	binary.BigEndian.PutUint32(file[20:], h)
	binary.BigEndian.PutUint32(file[29:], crc32.ChecksumIEEE(file[12:29]))
	return file
}

func TestMakeThumbnailRefuses(t *testing.T) {
	t.Parallel()
	whole := pngOf(t, quarters(100, 100))
	for name, tc := range map[string]struct {
		data []byte
		want string
	}{
		"empty":            {nil, "neither JPEG nor PNG"},
		"text":             {[]byte("Dear reader"), "neither JPEG nor PNG"},
		"a GIF":            {[]byte("GIF89a\x01\x00\x01\x00"), "neither JPEG nor PNG"},
		"a header alone":   {whole[:10], "header cannot be read"},
		"cut off":          {whole[:len(whole)/2], "cannot be decoded"},
		"a JPEG cut off":   {jpegOf(t, quarters(100, 100))[:400], "cannot be"},
		"a pixel too many": {pngOf(t, quarters(10_001, 1)), "10001 x 1 pixels are 10001, and 10000 are allowed"},
		"a bomb":           {claiming(whole, 1<<31-1, 1), "pixels are 2147483647"},
		"a square bomb":    {claiming(whole, 60_000, 60_000), "pixels are 3600000000"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := images.MakeThumbnail(tc.data, images.Limits{Pixels: 10_000})
			if !errors.Is(err, images.ErrRefused) || !strings.Contains(fmt.Sprint(err), tc.want) {
				t.Errorf("got %v, want a refusal that says %q", err, tc.want)
			}
		})
	}
}

// A bomb must cost next to nothing: the header decides.
func TestBombIsNotUnfolded(t *testing.T) {
	data := claiming(pngOf(t, quarters(10, 10)), 20_000, 20_000)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	_, err := images.MakeThumbnail(data, images.Limits{})
	runtime.ReadMemStats(&after)
	if !errors.Is(err, images.ErrRefused) {
		t.Fatalf("got %v", err)
	}
	if n := after.TotalAlloc - before.TotalAlloc; n > 1<<20 {
		t.Errorf("refusing it took %d bytes", n)
	}
}

func TestLimitsAreChecked(t *testing.T) {
	t.Parallel()
	for _, l := range []images.Limits{{Bytes: -1}, {Pixels: -1}, {Edge: -1}} {
		if _, err := images.MakeThumbnail(pngOf(t, quarters(2, 2)), l); err == nil || errors.Is(err, images.ErrRefused) {
			t.Errorf("%+v: got %v", l, err)
		}
	}
}

// No file may make it panic, or get more pixels than are allowed past it.
func FuzzMakeThumbnail(f *testing.F) {
	f.Add(pngOf(f, quarters(20, 10)))
	f.Add(jpegOf(f, quarters(20, 10)))
	f.Add(turned(jpegOf(f, quarters(20, 10)), binary.LittleEndian, 6))
	f.Add(claiming(pngOf(f, quarters(20, 10)), 1<<31-1, 1<<31-1))
	f.Add(progressive(20, 10, 3))
	f.Add([]byte("\xff\xd8\xff\xe1\x00\x10Exif\x00\x00MM\x00*\xff\xff\xff\xff"))
	limits := images.Limits{Pixels: 10_000, Edge: 16}
	f.Fuzz(func(t *testing.T, file []byte) {
		got, err := images.MakeThumbnail(file, limits)
		if err != nil {
			if !errors.Is(err, images.ErrRefused) {
				t.Fatalf("the file is to blame, and the error is %v", err)
			}
			return
		}
		if got.Width < 1 || got.Height < 1 || max(got.Width, got.Height) > 16 || got.SourceWidth*got.SourceHeight > 10_000 {
			t.Fatalf("%d x %d of %d x %d", got.Width, got.Height, got.SourceWidth, got.SourceHeight)
		}
	})
}
