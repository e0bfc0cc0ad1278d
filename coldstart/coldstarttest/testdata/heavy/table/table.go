// Package table fills a table when it is imported, and links what it does not need.
package table

import (
	"strconv"
	"text/template"
)

// Words is filled before main runs.
var Words = fill()

// Template keeps the template engine in the binary, and with it every exported method that the linker finds.
var Template = template.Must(template.New("").Parse("{{.}}"))

func fill() []string {
	words := make([]string, 100_000)
	for i := range words {
		words[i] = strconv.Itoa(1000 + i)
	}
	return words
}
