package singletabletest

import (
	"bytes"
	"errors"
	"math/big"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"
)

func TestParseNumber(t *testing.T) {
	t.Parallel()
	nines := strings.Repeat("9", 38)
	for in, want := range map[string]string{
		"0": "0", "-0": "0", "0.0": "0", "0e500": "0", "000": "0",
		"1": "1", "+5": "5", "1.0": "1", "0001": "1", "1.10": "1.1", ".5": "0.5", "5.": "5", "-.5": "-0.5",
		"1e2": "100", "1E+2": "100", "123e-2": "1.23", "1.5e1": "15", "100": "100", "-100.00": "-100",
		nines:                        nines,
		nines + "00":                 nines + "00",
		"0." + nines:                 "0." + nines,
		"1e-130":                     "0." + strings.Repeat("0", 129) + "1",
		"0.1e-129":                   "0." + strings.Repeat("0", 129) + "1",
		"9." + nines[1:] + "e125":    nines + strings.Repeat("0", 88),
		"10e124":                     "1" + strings.Repeat("0", 125),
		"0.000000000000000000000012": "0.000000000000000000000012",
	} {
		n, err := parseNumber(in)
		if err != nil || n.String() != want {
			t.Errorf("parseNumber(%q) = %s, %v, want %s", in, n, err, want)
		}
	}
}

func TestParseNumberRefuses(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]error{
		"": errNotANumber, "abc": errNotANumber, "1e": errNotANumber, "1e+": errNotANumber, "0x1": errNotANumber,
		"1_0": errNotANumber, " 1": errNotANumber, "1 ": errNotANumber, "NaN": errNotANumber, "Infinity": errNotANumber,
		"--1": errNotANumber, "1.2.3": errNotANumber, ".": errNotANumber, "-": errNotANumber, "e5": errNotANumber,
		"1e5.5": errNotANumber, "１": errNotANumber,
		strings.Repeat("1", 39):               errNumberPrecision,
		"1." + strings.Repeat("1", 38):        errNumberPrecision,
		"1e126":                               errNumberOverflow,
		"-1e126":                              errNumberOverflow,
		"1e99999999999999999999":              errNumberOverflow,
		"1e-131":                              errNumberUnderflow,
		"1e-99999999999999999999":             errNumberUnderflow,
		"0." + strings.Repeat("0", 130) + "1": errNumberUnderflow,
	} {
		if n, err := parseNumber(in); !errors.Is(err, want) {
			t.Errorf("parseNumber(%q) = %s, %v, want %v", in, n, err, want)
		}
	}
}

// TestNumberAgainstRationals holds the arithmetic and all orders of numbers against math/big.
func TestNumberAgainstRationals(t *testing.T) {
	t.Parallel()
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 0))
	for range 20_000 {
		a, b := randomNumber(random), randomNumber(random)
		ra, rb := rational(t, a), rational(t, b)

		if got, want := a.compare(b), ra.Cmp(rb); got != want {
			t.Fatalf("%s.compare(%s) = %d, want %d", a, b, got, want)
		}
		if got, want := bytes.Compare(a.appendOrdered(nil), b.appendOrdered(nil)), ra.Cmp(rb); got != want {
			t.Fatalf("the keys of %s and %s compare as %d, want %d", a, b, got, want)
		}
		if again, err := parseNumber(a.String()); err != nil || again != a {
			t.Fatalf("parseNumber(%s) = %#v, %v, want %#v", a, again, err, a)
		}
		sum, err := a.add(b)
		if errors.Is(err, errNumberPrecision) || errors.Is(err, errNumberOverflow) || errors.Is(err, errNumberUnderflow) {
			continue
		}
		if err != nil || rational(t, sum).Cmp(new(big.Rat).Add(ra, rb)) != 0 {
			t.Fatalf("%s + %s = %s, %v", a, b, sum, err)
		}
		if difference, err := sum.add(b.negated()); err != nil || difference != a {
			t.Fatalf("%s - %s = %s, %v, want %s", sum, b, difference, err, a)
		}
	}
}

// randomNumber makes numbers that often have digits or magnitudes in common.
func randomNumber(random *rand.Rand) number {
	digits := strconv.FormatUint(random.Uint64N(1<<random.UintN(40)), 10)
	exponent := random.IntN(12) - 6
	if random.IntN(10) == 0 {
		exponent = random.IntN(230) - 120
	}
	sign := ""
	if random.IntN(2) == 0 {
		sign = "-"
	}
	n, err := parseNumber(sign + digits + "e" + strconv.Itoa(exponent))
	if err != nil {
		panic(err)
	}
	return n
}

func rational(t *testing.T, n number) *big.Rat {
	t.Helper()
	r, ok := new(big.Rat).SetString(n.String())
	if !ok {
		t.Fatalf("%q is no number", n)
	}
	return r
}

func TestNumberAddLimits(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		a, b, want string
		err        error
	}{
		{a: strings.Repeat("9", 38), b: "1", want: "1" + strings.Repeat("0", 38)},
		{a: strings.Repeat("9", 38), b: "0.1", err: errNumberPrecision},
		{a: "1e125", b: "1e-130", err: errNumberPrecision},
		{a: "9.9e125", b: "9.9e125", err: errNumberOverflow},
		{a: "1.1e-130", b: "-1e-130", err: errNumberUnderflow},
		{a: "0.1", b: "0.2", want: "0.3"},
		{a: "5", b: "-5", want: "0"},
	} {
		a, errA := parseNumber(c.a)
		b, errB := parseNumber(c.b)
		sum, err := a.add(b)
		if errA != nil || errB != nil || !errors.Is(err, c.err) || err == nil && sum.String() != c.want {
			t.Errorf("%s + %s = %s, %v (%v, %v), want %s, %v", c.a, c.b, sum, err, errA, errB, c.want, c.err)
		}
	}
}
