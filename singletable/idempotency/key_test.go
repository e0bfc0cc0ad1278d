package idempotency

import (
	"errors"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestKeys(t *testing.T) {
	t.Parallel()
	const prefix = "IDEMPOTENCY#s#"
	long := strings.Repeat("x", maxPartitionKey-len(prefix))
	for _, c := range []struct{ name, scope, key, want string }{
		{"plain", "charge", "pay_1", "IDEMPOTENCY#charge#pay_1"},
		{"separators", "a#b", "c#d%", "IDEMPOTENCY#a%23b#c%23d%25"},
		{"all that is escaped", "s", "\x00\t !\"#$%&", "IDEMPOTENCY#s#%00%09%20%21%22%23%24%25&"},
		{"escaped last", "s", "a b", "IDEMPOTENCY#s#a%20b"},
		{"not ASCII", "größe", "日本", "IDEMPOTENCY#größe#日本"},
		{"the longest", "s", long, prefix + long},
		{"too long", "s", strings.Repeat("a", 1_000_000),
			prefix + "SHA256#cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"},
		{"not UTF-8", "s", "\xff", prefix + "SHA256#a8100ae6aa1940d0b663bb31cd466142ebbdbd5187131b92d93818987832eb89"},
		{"what looks like a hash", "s", "SHA256#a8", prefix + "SHA256%23a8"},
	} {
		got, err := recordKey(keyPrefix(c.scope), c.key)
		if err != nil || got != c.want {
			t.Errorf("%s: got %.200q, %v; want %.200q", c.name, got, err, c.want)
		}
	}
	for _, tooLong := range []string{long + "x", long[:len(long)-1] + "#"} { // as it is, and escaped
		if got, err := recordKey(prefix, tooLong); err != nil || !strings.HasPrefix(got, prefix+"SHA256#") {
			t.Errorf("%d bytes: got %.200q, %v", len(tooLong), got, err)
		}
	}
	if got, err := recordKey(prefix, ""); !errors.Is(err, ErrKey) {
		t.Errorf("empty: got %q, %v", got, err)
	}
}

// No two pairs of scope and key share a record.
func FuzzKeysDiffer(f *testing.F) {
	f.Add("a", "b#c", "a#b", "c")
	f.Add("a", "%23", "a", "#")
	f.Add("s", "\xff", "s", "\ufffd")
	f.Add("s", "SHA256#00", "s#SHA256", "00")
	f.Add("s", strings.Repeat("x", 3000), "s", strings.Repeat("x", 3001))
	f.Fuzz(func(t *testing.T, scope1, key1, scope2, key2 string) {
		key := func(scope, name string) string {
			if scope == "" || len(scope) > maxScope || !utf8.ValidString(scope) || name == "" {
				t.Skip("refused")
			}
			key, err := recordKey(keyPrefix(scope), name)
			if err != nil || len(key) > maxPartitionKey || !utf8.ValidString(key) {
				t.Fatalf("%q, %q: %q is no partition key, %v", scope, name, key, err)
			}
			return key
		}
		a, b := key(scope1, key1), key(scope2, key2)
		if (a == b) != (scope1 == scope2 && key1 == key2) {
			t.Errorf("%q, %q makes %q and %q, %q makes %q", scope1, key1, a, scope2, key2, b)
		}
	})
}
