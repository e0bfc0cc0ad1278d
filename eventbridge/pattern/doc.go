// Package pattern builds, checks and matches the event patterns of Amazon EventBridge rules.
//
//	p, err := pattern.Parse(rule) // the JSON of a rule's event_pattern
//	matched, err := p.Match(event) // the JSON of an event, as the function gets it
//
// Two uses pay for it. In tests, the pattern that is deployed is held against the events that the function must get and must
// not get, and against those that its own output causes. In a function that takes several kinds of event, a pattern says
// which handler is for which.
//
// # Writing patterns
//
// [New] makes a pattern in Go, and its JSON is what a rule needs:
//
//	p, err := pattern.New(
//		pattern.Field("source", pattern.Exactly("aws.s3")),
//		pattern.Field("detail-type", pattern.Exactly("Object Created")),
//		pattern.Field("detail.object.key", pattern.Suffix(".jpg"), pattern.Suffix(".png")),
//	)
//	fmt.Println(p) // {"source":["aws.s3"],"detail-type":["Object Created"],"detail":{"object":{"key":[{"suffix":".jpg"},…
//
// # What is matched
//
// PATTERNS.md in this folder says what each operator does, corner cases included. All operators of event buses are there. What
// is none of them is refused by name and place: an operator that is not known would otherwise let every event through, or
// none.
//
// The rules that bite: a field's values are alternatives, fields must all match. An array in the event matches by any of its
// elements, and fields of one object in an array must match in the same element. "" and null and an absent field differ.
// Suffix, Prefix and Exactly are case-sensitive: a rule on ".jpg" leaves out "CAT.JPG". Numbers are compared as they are
// written unless [Numeric] is asked for: 300 is not 300.0.
//
// Matching neither allocates nor decodes the event, for patterns with up to 64 fields an object.
package pattern
