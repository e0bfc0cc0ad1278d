//go:build race

package sqsbatch_test

func init() { raceDetector = true }
