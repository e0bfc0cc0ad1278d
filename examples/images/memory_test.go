package images_test

import (
	"bytes"
	"image"
	"image/png"
	"testing"

	"github.com/lambdapatterns/lambdapatterns/examples/images"
	"github.com/lambdapatterns/lambdapatterns/internal/heaptest"
)

// Limits.Pixels promises 15 bytes a pixel at most, by which 24,000,000 of them fit into the function's memory. PNG with 16 bits a
// channel takes most beside progressive JPEG.
func TestAPictureTakesNoMoreThanItsLimitSays(t *testing.T) {
	var file bytes.Buffer
	encoder := png.Encoder{CompressionLevel: png.BestSpeed}
	if err := encoder.Encode(&file, image.NewNRGBA64(image.Rect(0, 0, 2000, 1500))); err != nil {
		t.Fatal(err)
	}
	peak := heaptest.Peak(func() {
		thumbnail, err := images.MakeThumbnail(file.Bytes(), images.Limits{})
		if err != nil || thumbnail.SourceWidth != 2000 || thumbnail.Width != 256 {
			t.Errorf("%d wide, of %d: %v", thumbnail.Width, thumbnail.SourceWidth, err)
		}
	})
	t.Logf("3,000,000 pixels in %d bytes take %d bytes at the highest", file.Len(), peak)
	if peak > 15*3_000_000 {
		t.Errorf("3,000,000 pixels take %d bytes, and 15 a pixel are promised", peak)
	}
}
