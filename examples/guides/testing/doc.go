// Package testing has the tests that docs/testing.md shows, of the code of other guides and examples.
package testing
