package singletabletest

import (
	"cmp"
	"math/big"
	"strconv"
	"strings"
)

// The limits of "Supported data types and naming rules in Amazon DynamoDB": 38 significant digits, and a magnitude
// from 1E-130 to 9.99…E+125.
const (
	maxDigits = 38
	minPoint  = -129 // of 1E-130, written as 0.1E-129
	maxPoint  = 126  // of 9.99E+125, written as 0.999E+126
)

var (
	errNotANumber      = validation("A value provided cannot be converted into a number")
	errNumberPrecision = validation("DynamoDB only supports precision up to 38 digits")
	errNumberOverflow  = validation("Number overflow. Attempting to store a number with magnitude larger than supported range")
	errNumberUnderflow = validation("Number underflow. Attempting to store a number with magnitude smaller than supported range")
)

// number is a decimal in its one normal form, ±0.digits × 10^point, so that == compares numbers. digits has no zero at
// either end; zero has no digits, a zero point and no sign.
type number struct {
	negative bool
	point    int
	digits   string
}

func (number) kind() kind { return kindN }

// parseNumber reads what DynamoDB takes for a number: a sign, digits with at most one point in or around them, and an
// exponent.
func parseNumber(s string) (number, error) {
	var n number
	rest := s
	if rest != "" && (rest[0] == '-' || rest[0] == '+') {
		n.negative = rest[0] == '-'
		rest = rest[1:]
	}
	whole, rest := leadingDigits(rest)
	fraction := ""
	if rest != "" && rest[0] == '.' {
		fraction, rest = leadingDigits(rest[1:])
	}
	if whole == "" && fraction == "" {
		return number{}, errNotANumber
	}
	exponent, ok := parseExponent(rest)
	if !ok {
		return number{}, errNotANumber
	}
	n.digits = whole
	if fraction != "" {
		n.digits += fraction
	}
	n.point = len(whole) + exponent
	return n.normalised()
}

func leadingDigits(s string) (digits, rest string) {
	i := 0
	for i < len(s) && '0' <= s[i] && s[i] <= '9' {
		i++
	}
	return s[:i], s[i:]
}

// parseExponent reads nothing at all, or an e with an integer. An exponent that no supported number has is cut at a
// size that is out of range too.
func parseExponent(s string) (int, bool) {
	if s == "" {
		return 0, true
	}
	if s[0] != 'e' && s[0] != 'E' {
		return 0, false
	}
	s = s[1:]
	sign := 1
	if s != "" && (s[0] == '-' || s[0] == '+') {
		if s[0] == '-' {
			sign = -1
		}
		s = s[1:]
	}
	digits, rest := leadingDigits(s)
	if digits == "" || rest != "" {
		return 0, false
	}
	const outOfRange = 1 << 30
	exponent := 0
	for _, d := range []byte(digits) {
		exponent = min(exponent*10+int(d-'0'), outOfRange)
	}
	return sign * exponent, true
}

func (n number) normalised() (number, error) {
	n = n.trimmed()
	switch {
	case n.digits == "":
		return n, nil
	case len(n.digits) > maxDigits:
		return number{}, errNumberPrecision
	case n.point > maxPoint:
		return number{}, errNumberOverflow
	case n.point < minPoint:
		return number{}, errNumberUnderflow
	}
	return n, nil
}

func (n number) trimmed() number {
	trimmed := strings.TrimLeft(n.digits, "0")
	n.point -= len(n.digits) - len(trimmed)
	n.digits = strings.TrimRight(trimmed, "0")
	if n.digits == "" {
		return number{}
	}
	return n
}

// String writes the number as DynamoDB returns it: in full, without an exponent or superfluous zeros.
func (n number) String() string { return string(n.append(nil)) }

func (n number) append(dst []byte) []byte {
	if n.digits == "" {
		return append(dst, '0')
	}
	if n.negative {
		dst = append(dst, '-')
	}
	switch {
	case n.point <= 0:
		dst = append(dst, "0."...)
		dst = appendZeros(dst, -n.point)
		return append(dst, n.digits...)
	case n.point >= len(n.digits):
		dst = append(dst, n.digits...)
		return appendZeros(dst, n.point-len(n.digits))
	}
	dst = append(dst, n.digits[:n.point]...)
	dst = append(dst, '.')
	return append(dst, n.digits[n.point:]...)
}

func appendZeros(dst []byte, count int) []byte {
	for range count {
		dst = append(dst, '0')
	}
	return dst
}

func (n number) sign() int {
	switch {
	case n.digits == "":
		return 0
	case n.negative:
		return -1
	}
	return 1
}

func (n number) compare(m number) int {
	if c := cmp.Compare(n.sign(), m.sign()); c != 0 {
		return c
	}
	return n.sign() * cmp.Or(cmp.Compare(n.point, m.point), strings.Compare(n.digits, m.digits))
}

// add returns n+m. The sum is exact, or an error where it needs more than 38 digits or is out of range.
func (n number) add(m number) (number, error) {
	scale := min(n.point-len(n.digits), m.point-len(m.digits))
	sum := n.scaled(scale)
	sum.Add(sum, m.scaled(scale))
	negative := sum.Sign() < 0
	digits := sum.Abs(sum).String()
	return number{negative: negative, digits: digits, point: len(digits) + scale}.normalised()
}

func (n number) negated() number {
	n.negative = !n.negative && n.digits != ""
	return n
}

// scaled is n / 10^scale, for a scale that leaves no fraction.
func (n number) scaled(scale int) *big.Int {
	i := new(big.Int)
	if n.digits == "" {
		return i
	}
	i.SetString(n.digits, 10)
	shift := big.NewInt(int64(n.point - len(n.digits) - scale))
	i.Mul(i, shift.Exp(big.NewInt(10), shift, nil))
	if n.negative {
		i.Neg(i)
	}
	return i
}

// appendOrdered appends bytes that sort as the numbers do, and of which none is the beginning of another's.
func (n number) appendOrdered(dst []byte) []byte {
	const zero, positive, pointOffset = 1, 2, 1000
	if n.digits == "" {
		return append(dst, zero)
	}
	if !n.negative {
		point := n.point + pointOffset
		dst = append(dst, positive, byte(point>>8), byte(point))
		dst = append(dst, n.digits...)
		return append(dst, 0)
	}
	point := pointOffset - n.point
	dst = append(dst, 0, byte(point>>8), byte(point))
	for _, d := range []byte(n.digits) {
		dst = append(dst, ^d)
	}
	return append(dst, 0xff)
}

// integer is a count as a number.
func integer(n int) number {
	digits := strconv.Itoa(n)
	return number{point: len(digits), digits: digits}.trimmed()
}
