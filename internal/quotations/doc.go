// Package quotations has no code but tests: they hold the guides in docs, README.md and the examples' README.md files against the
// repository. The code that the guides show lies in examples/guides, one package for each guide, and anywhere else; it is compiled
// and run there.
//
// # Quotations
//
// A fence of the kind go, yaml, hcl or text is a quotation: its lines stand in one file of the repository, in this order and
// together. Indentation and blank lines do not count. A line that is … alone skips any number of lines of the file, and
// "func() { … }" skips those between its braces. A text is quoted from the comments of a Go file, which is where the outputs of
// examples are. What a fence of the kind sh names by a path that begins with ./ or .ci/ is there. In docs there are no other fences.
//
// To add one, write code that is compiled and run, in examples/guides or in any other package, and copy its lines.
//
// # Links, names and permissions
//
// The relative links of all Markdown files lead somewhere, headings included. What is called by its name, such as
// `sqsbatch.Handle` or `singletable.Repo.Get`, is exported by a package of this repository.
//
// The permissions that docs/security.md has for a call are those that the call takes.
//
// The package belongs to the root module, because go test remembers a result until a file of its module changes: from a module below
// the guides it would not notice that they have.
package quotations
