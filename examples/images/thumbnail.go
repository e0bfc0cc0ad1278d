package images

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/jpeg"
	"image/png"

	"golang.org/x/image/draw"
)

// Limits bound what an upload may cost. The zero value has the defaults.
type Limits struct {
	// Bytes is the size of the largest file that is read. Defaults to 20 MiB.
	Bytes int64
	// Pixels is how many pixels a picture may have once it is decoded, whatever its file's size. Decoding takes up to 24 bytes a
	// pixel, which a progressive JPEG of four colours does, and scaling up to 50 MB more. Defaults to 24,000,000, which is
	// 6,000 x 4,000 and takes 630 MB at most.
	Pixels int64
	// Edge is the length in pixels of the thumbnail's longer edge. A smaller picture keeps its size. Defaults to 256.
	Edge int
}

// longestEdge is what an edge of a picture may have in pixels: what a JPEG's can have. Scaling takes up to 100 bytes for each
// pixel of an edge, so that a PNG of 1 x 24,000,000 pixels would take gigabytes.
const longestEdge = 65_535

func (l Limits) withDefaults() (Limits, error) {
	if l.Bytes < 0 || l.Pixels < 0 || l.Edge < 0 {
		return l, errors.New("images: a limit is negative: use a positive number, or 0 for the default")
	}
	if l.Bytes == 0 {
		l.Bytes = 20 << 20
	}
	if l.Pixels == 0 {
		l.Pixels = 24_000_000
	}
	if l.Edge == 0 {
		l.Edge = 256
	}
	return l, nil
}

// Thumbnail is a picture made small, with what is known of the one that it was made of.
type Thumbnail struct {
	Data          []byte // of the same format as the picture: a PNG keeps its transparency
	Format        string // "jpeg" or "png"
	Width, Height int    // of Data, upright

	// SourceWidth and SourceHeight are the picture's, upright.
	SourceWidth, SourceHeight int
}

// MakeThumbnail makes the thumbnail of a JPEG or PNG file, which is known by its content and not by its name. A JPEG that its
// EXIF data says to be turned or mirrored, as telephones write them, comes out upright. Nothing else of the file's metadata,
// such as where a photograph was taken, is in the thumbnail.
//
// The picture's size is read from its header and checked before anything is decoded, so a small file that would unfold to
// gigabytes costs nothing. The scans of a JPEG are counted first, too: each goes over all of the picture, and a small file could
// take hours. The error is a [*RefusedError] whenever the file is to blame.
func MakeThumbnail(file []byte, limits Limits) (Thumbnail, error) {
	limits, err := limits.withDefaults()
	if err != nil {
		return Thumbnail{}, err
	}
	header, decode, format := jpeg.DecodeConfig, jpeg.Decode, "jpeg"
	switch {
	case bytes.HasPrefix(file, []byte("\xff\xd8\xff")):
	case bytes.HasPrefix(file, []byte("\x89PNG\r\n\x1a\n")):
		header, decode, format = png.DecodeConfig, png.Decode, "png"
	default:
		return Thumbnail{}, &RefusedError{"the content is neither JPEG nor PNG"}
	}
	config, err := header(bytes.NewReader(file))
	if err != nil {
		return Thumbnail{}, &RefusedError{"the header cannot be read: " + err.Error()}
	}
	if config.Width < 1 || config.Height < 1 {
		return Thumbnail{}, &RefusedError{"the picture is empty"}
	}
	// A product of two int64 that come from 32 bits each cannot overflow.
	if pixels := int64(config.Width) * int64(config.Height); pixels > limits.Pixels {
		return Thumbnail{}, &RefusedError{fmt.Sprintf("%d x %d pixels are %d, and %d are allowed",
			config.Width, config.Height, pixels, limits.Pixels)}
	}
	if max(config.Width, config.Height) > longestEdge {
		return Thumbnail{}, &RefusedError{fmt.Sprintf("it is %d x %d pixels, and an edge may have %d", config.Width, config.Height, longestEdge)}
	}
	if format == "jpeg" && tooManyScans(file) {
		return Thumbnail{}, &RefusedError{fmt.Sprintf("the JPEG has more than %d scans", maxScans)}
	}
	source, err := decode(bytes.NewReader(file))
	if err != nil {
		return Thumbnail{}, &RefusedError{"the picture cannot be decoded: " + err.Error()}
	}
	small := shrink(source, limits.Edge)
	turn := upright
	if format == "jpeg" {
		turn = orientationOf(file)
	}
	small = turn.apply(small)

	t := Thumbnail{Format: format, Width: small.Bounds().Dx(), Height: small.Bounds().Dy()}
	t.SourceWidth, t.SourceHeight = config.Width, config.Height
	if turn.swapsEdges() {
		t.SourceWidth, t.SourceHeight = config.Height, config.Width
	}
	var out bytes.Buffer
	if format == "jpeg" {
		err = jpeg.Encode(&out, small, &jpeg.Options{Quality: 85})
	} else {
		err = png.Encode(&out, small)
	}
	t.Data = out.Bytes()
	return t, err
}

// shrink scales a picture down so that its longer edge is at most edge, and keeps its proportions.
func shrink(source image.Image, edge int) *image.RGBA {
	b := source.Bounds()
	w, h := b.Dx(), b.Dy()
	if longer := max(w, h); longer > edge {
		w, h = max(1, w*edge/longer), max(1, h*edge/longer)
	}
	small := image.NewRGBA(image.Rect(0, 0, w, h))
	// CatmullRom takes all pixels of the source into account when it scales down, which ApproxBiLinear does not.
	draw.CatmullRom.Scale(small, small.Bounds(), source, b, draw.Src, nil)
	return small
}
