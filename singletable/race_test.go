//go:build race

package singletable_test

func init() { raceDetector = true }
