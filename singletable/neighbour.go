package singletable

import "unicode/utf8"

// lastBelow returns the largest text of at most limit bytes below text; empty when there is none.
func lastBelow(text string, limit int) string {
	r, size := utf8.DecodeLastRuneInString(text)
	head := text[:len(text)-size]
	if size == 0 || r == 0 {
		return head
	}
	if r--; r == 0xDFFF {
		r = 0xD7FF // there are no characters between
	}
	return lastUnder(string(utf8.AppendRune([]byte(head), r)), limit)
}

// firstAbove returns the smallest text of at most limit bytes above text; empty when there is none.
func firstAbove(text string, limit int) string {
	if len(text) < limit {
		return text + "\x00"
	}
	for text != "" {
		r, size := utf8.DecodeLastRuneInString(text)
		text = text[:len(text)-size]
		if r++; r == 0xD800 {
			r = 0xE000 // there are no characters between
		}
		if r <= utf8.MaxRune && len(text)+utf8.RuneLen(r) <= limit {
			return text + string(r)
		}
	}
	return ""
}

// lastUnder returns the largest text of at most limit bytes that begins with text.
func lastUnder(text string, limit int) string {
	all := []byte(text)
	for _, largest := range []rune{utf8.MaxRune, 0xFFFF, 0x7FF, 0x7F} {
		for len(all)+utf8.RuneLen(largest) <= limit {
			all = utf8.AppendRune(all, largest)
		}
	}
	return string(all)
}
