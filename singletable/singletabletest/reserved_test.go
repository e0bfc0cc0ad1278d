package singletabletest

import "testing"

func TestReservedWords(t *testing.T) {
	t.Parallel()
	if len(reserved) != 573 {
		t.Errorf("%d words, want the 573 of the Developer Guide", len(reserved))
	}
	for name, want := range map[string]bool{"name": true, "Status": true, "TTL": true, "sparse": true, "pk": false, "": false, "LOCALTIMESTAMPS": false} {
		if isReserved(name) != want {
			t.Errorf("isReserved(%q) = %v, want %v", name, !want, want)
		}
	}
}
