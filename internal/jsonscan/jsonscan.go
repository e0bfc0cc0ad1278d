// Package jsonscan reads JSON of a known shape with the results of encoding/json in a fraction of its time and allocations.
//
// # How the result stays that of encoding/json
//
// A decoder made of [Scanner] reads its input once. It gives up on whatever it does not know for certain to understand as
// encoding/json does: keys that are escaped or differ in case only, a field twice in an object, a value of another type,
// invalid UTF-8, nesting deeper than maxDepth, any syntax error. Then encoding/json reads the whole input. So the decoder
// never reports an error of its own, and being too careful about what is unusual costs time only.
//
// For a null a decoder stores nothing: it is only read into what is still zero, since a field that comes twice makes it give
// up, and for a zero value encoding/json does the same whatever the type.
//
// # What a kept string keeps
//
// The input is never referred to: Lambda's runtime client uses its buffer again for the next invocation. Strings of at most
// MaxShared bytes are copied into chunks of ChunkSize, so that a handler that keeps one of them, an id for instance, keeps
// 8 KiB at most; a longer one, as many bodies are, is on its own. One copy of the input for all strings would take fewer
// allocations, but an id kept in a cache would then keep a payload of up to 6 MB, and a JSON body would be in memory twice,
// for it is full of escaped quotation marks and has to be written out anyway.
package jsonscan
