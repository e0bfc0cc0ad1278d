// Package itemcodec encodes structs as DynamoDB items and decodes items into structs, with the tags and the results of
// feature/dynamodb/attributevalue and its default options, in less time.
//
//	type Order struct {
//		ID    string    `dynamodbav:"id"`
//		Total int64     `dynamodbav:"total"`
//		Paid  time.Time `dynamodbav:"paid,unixtime"`
//	}
//
//	orders, err := itemcodec.New[Order]()
//	item, err := orders.Encode(&o, 2) // with room for two attributes more
//	err = orders.Decode(item, &o)
//
// A codec is compiled once for a type: what reflection tells about the fields is turned into functions that work on
// addresses. What is rare is left to attributevalue, field by field: interfaces that hold other types than JSON has, maps
// whose keys have methods, sets of elements that decode themselves, pointers to interfaces.
//
// # Memory
//
// An encoded item takes one allocation for all values and formatted texts that its type always has, one for each kind of value in the
// elements of its slices and maps, and those of its own maps and lists. So whoever keeps one value or text of an item keeps the
// others; items share nothing with each other and, but for strings, nothing with the structs. Decoding allocates what the values are
// made of, such as slices, maps and what pointers point to. For itself it allocates only where a set or a map has other elements than
// strings: one value, or a key and a value, in which they are decoded one after the other. Values that contain themselves are encoded
// without end.
//
// # Errors
//
// Errors are of type [*Error]: they name the attribute's path and the Go type and quote no value, and unwrap to an error of
// the kind that attributevalue returns. On items and values for which attributevalue panics there is an error instead: a
// binary for an array of another length, a string for an interface with methods, a slice of bytes of a named byte type,
// embedded fields of unexported types other than structs. Panics of a type's own methods pass.
//
// # What surprises
//
// All this is attributevalue's behaviour, kept because items have been written and read by it:
//
//   - omitempty leaves out nil slices and maps and not empty ones, and never leaves out structs or times. With a pointer to a
//     pointer it asks about the innermost value too. Together with nullempty it is an error for zero values.
//   - [][]byte is a binary set without any tag. A set without elements is null, a set whose elements are all left out is an
//     empty set, which DynamoDB refuses.
//   - Methods of a pointer do not encode what has no address: values in maps and interfaces, and their fields.
//   - Channels, functions, complex numbers, uintptr and pointers to interfaces are left out without an error.
//   - A field of type types.AttributeValue is encoded as the struct that it holds, {"Value": …}, and cannot be decoded.
//   - An attribute goes to the field with its name, or else to the first whose name differs in case only. If several attributes
//     go to one field, chance decides which is decoded last.
//   - Decoding goes over what is there: maps are added to, elements of a slice with enough capacity and what pointers point to are
//     decoded into, an empty list leaves a slice that has elements as it is, a list that is too long or too short for an array is
//     no error. An interface that holds a value decides what may be decoded into it.
//   - Of a set whose elements decode themselves, the first element is given the whole set and there are no others.
//   - The fields of a struct that is embedded twice at one depth are hidden, those of a struct embedded in that one are not.
//   - Numbers are decoded into strings by their text, and into times as seconds since 1970 with unixtime or without.
package itemcodec
