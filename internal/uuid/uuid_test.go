package uuid

import (
	"regexp"
	"testing"
)

func TestNew(t *testing.T) {
	t.Parallel()
	version4 := regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`)
	a, b := New(), New()
	if a == b || !version4.MatchString(a) || !version4.MatchString(b) {
		t.Errorf("got %s and %s", a, b)
	}
}
