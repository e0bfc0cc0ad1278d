package main

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"math"
)

// landscape is a picture in which up and down can be told apart. hue moves its colours.
func landscape(w, h int, hue uint8) *image.RGBA {
	m := image.NewRGBA(image.Rect(0, 0, w, h))
	sunX, sunY, sun := float64(w)*0.72, float64(h)*0.28, float64(min(w, h))*0.11
	for y := range h {
		for x := range w {
			fx, fy := float64(x)/float64(w), float64(y)/float64(h)
			c := color.RGBA{uint8(90 + 150*fy), uint8(150 + 60*fy), 235 - hue, 255} // the sky
			if math.Hypot(float64(x)-sunX, float64(y)-sunY) < sun {
				c = color.RGBA{255, 236, 120, 255}
			}
			if far := 0.62 + 0.07*math.Sin(7*fx) + 0.03*math.Sin(23*fx); fy > far {
				c = color.RGBA{70 + hue, 110, 110, 255}
			}
			if near := 0.78 + 0.06*math.Sin(4*fx+2); fy > near {
				c = color.RGBA{40 + hue/2, uint8(140 - 60*(fy-near)/0.3), 60, 255}
			}
			m.SetRGBA(x, y, c)
		}
	}
	return m
}

// photo is a JPEG of a landscape.
func photo(w, h int, hue uint8) ([]byte, error) {
	var out bytes.Buffer
	err := jpeg.Encode(&out, landscape(w, h, hue), &jpeg.Options{Quality: 90})
	return out.Bytes(), err
}

// sideways is a photo as telephones store it that are held upright: the pixels lie on their left side, and the EXIF data says
// so. Whoever shows it as it is has to turn it clockwise, and then it is w pixels wide and h high.
func sideways(w, h int, hue uint8) ([]byte, error) {
	standing := landscape(w, h, hue)
	lying := image.NewRGBA(image.Rect(0, 0, h, w))
	for y := range h {
		for x := range w {
			lying.SetRGBA(y, w-1-x, standing.RGBAAt(x, y))
		}
	}
	var out bytes.Buffer
	if err := jpeg.Encode(&out, lying, &jpeg.Options{Quality: 90}); err != nil {
		return nil, err
	}
	// A TIFF structure in big-endian order: a directory of one entry, the orientation (0x0112), a short of 6.
	exif := "Exif\x00\x00MM\x00*\x00\x00\x00\x08\x00\x01" + "\x01\x12\x00\x03\x00\x00\x00\x01\x00\x06\x00\x00" + "\x00\x00\x00\x00"
	file := binary.BigEndian.AppendUint16([]byte{0xff, 0xd8, 0xff, 0xe1}, uint16(len(exif)+2))
	return append(append(file, exif...), out.Bytes()[2:]...), nil
}

// logo is a PNG with a transparent ground.
func logo(edge int) ([]byte, error) {
	m := image.NewNRGBA(image.Rect(0, 0, edge, edge))
	middle := float64(edge) / 2
	for y := range edge {
		for x := range edge {
			dx, dy := float64(x)-middle, float64(y)-middle
			switch r := math.Hypot(dx, dy) / middle; {
			case r < 0.55 && math.Abs(dx+dy) < middle*0.18:
				m.SetNRGBA(x, y, color.NRGBA{255, 255, 255, 255})
			case r < 0.6:
				m.SetNRGBA(x, y, color.NRGBA{240, 120, 20, 255})
			case r < 0.95:
				m.SetNRGBA(x, y, color.NRGBA{20, 60, 120, uint8(255 * (0.95 - r) / 0.35)})
			}
		}
	}
	var out bytes.Buffer
	err := png.Encode(&out, m)
	return out.Bytes(), err
}

// bomb is a PNG whose few kilobytes unfold to edge x edge grey pixels. It is a whole picture, and every decoder would open it.
func bomb(edge int) ([]byte, error) {
	var packed bytes.Buffer
	z := zlib.NewWriter(&packed)
	row := make([]byte, 1+(edge+7)/8) // a filter's number, then one bit a pixel
	for range edge {
		if _, err := z.Write(row); err != nil {
			return nil, err
		}
	}
	if err := z.Close(); err != nil {
		return nil, err
	}
	header := binary.BigEndian.AppendUint32(nil, uint32(edge))
	header = binary.BigEndian.AppendUint32(header, uint32(edge))
	header = append(header, 1, 0, 0, 0, 0) // one bit a pixel, grey
	out := []byte("\x89PNG\r\n\x1a\n")
	for _, chunk := range []struct {
		name string
		data []byte
	}{{"IHDR", header}, {"IDAT", packed.Bytes()}, {"IEND", nil}} {
		out = binary.BigEndian.AppendUint32(out, uint32(len(chunk.data)))
		named := append([]byte(chunk.name), chunk.data...)
		out = append(out, named...)
		out = binary.BigEndian.AppendUint32(out, crc32.ChecksumIEEE(named))
	}
	return out, nil
}
