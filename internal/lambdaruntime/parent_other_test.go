//go:build !linux

package lambdaruntime

// liveAsParent serves a test that Linux alone has.
func liveAsParent() {}
