// Package pattern builds, checks and matches the event patterns of Amazon EventBridge rules.
//
//	rule, err := pattern.Parse(eventPattern) // the JSON of a rule's event_pattern
//	matched, err := rule.Match(event)        // the JSON of an event, as the function gets it
//
// # Writing patterns
//
// [New] makes a pattern in Go, and its JSON is what a rule needs:
//
//	rule, err := pattern.New(
//		pattern.Field("source", pattern.Exactly("aws.s3")),
//		pattern.Field("detail-type", pattern.Exactly("Object Created")),
//		pattern.Field("detail.object.key", pattern.Suffix(".jpg"), pattern.Suffix(".png")),
//	)
//	fmt.Println(rule) // {"source":["aws.s3"],"detail-type":["Object Created"],"detail":{"object":{"key":[{"suffix":".jpg"},…
//
// A field's values are alternatives, and fields must all match; [Or] makes alternatives of several fields. A [PatternError] names
// the line, the column and the field of a mistake.
//
// # In a test of a rule
//
// Hold the pattern that is deployed against the events that the function must get, against those that it must not get, and
// against those that its own output causes. Package eventbridgetest makes events of S3 for it, and its AssertNoLoop tries the
// keys that the function writes.
//
// # In a function
//
// Handlers of an eventbridge.Router for one kind of event are told apart by patterns:
//
//	eventbridge.On(byHand, pattern.Must(pattern.New(pattern.Field("detail.total", pattern.Numeric(">", 1000))))),
//	eventbridge.On(byItself),
//
// A [Pattern] does not change and is safe for concurrent use. Matching does not decode the event, and allocates nothing for
// patterns with up to 64 fields an object, but for long texts with escapes and for what Numeric and CIDR cannot read.
//
// # What is matched
//
// PATTERNS.md in this folder says what each operator does, corner cases included. All operators of event buses are there. What
// is none of them is refused by name and place: an operator that is not known would otherwise let every event through, or
// none.
//
// # The rules that bite
//
//   - An array in the event matches by any of its elements, and fields of one object in an array must match in the same element.
//     An empty array has no value: only [Absent] matches it.
//   - "" and null and an absent field differ.
//   - [Suffix], [Prefix] and [Exactly] are case-sensitive: a rule on ".jpg" leaves out "CAT.JPG". [SuffixFold] does not.
//   - Numbers are compared as they are written unless [Numeric] or [AnythingBut] is asked for: 300 is not 300.0.
//   - A rule with suffixes only, for a function that writes such names to the same bucket, makes it invoke itself for ever.
package pattern
