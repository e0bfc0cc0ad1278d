// Package readme has the code that README.md shows, one test for each of its fences. What README.md says lambda.Start does is done
// there by a value of the same name: it invokes the function once, with an event.
package readme
