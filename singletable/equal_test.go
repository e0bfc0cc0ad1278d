package singletable

import (
	"math/big"
	"testing"
)

// Numbers are compared by value. That most are told apart by their texts changes nothing.
func TestSameNumber(t *testing.T) {
	t.Parallel()
	numbers := []string{"0", "-0", "00", "0.0", "1", "-1", "+1", "01", "1.0", "1.", "1e0", "10", "1e1", "-10", "12", "21", "123456789012345678901234567890",
		"123456789012345678901234567891", "0.1", ".1", "1/10", "", "-", "x", "1x", "1_0"}
	for _, a := range numbers {
		for _, b := range numbers {
			x, ok1 := new(big.Rat).SetString(a)
			y, ok2 := new(big.Rat).SetString(b)
			if want := a == b || ok1 && ok2 && x.Cmp(y) == 0; sameNumber(a, b) != want {
				t.Errorf("%q and %q: %t", a, b, !want)
			}
		}
	}
}
