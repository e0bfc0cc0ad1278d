//go:build race

package itemcodec_test

func init() { raceDetector = true }
