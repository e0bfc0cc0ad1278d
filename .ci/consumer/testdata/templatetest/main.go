// What a test of a template needs. It is no function, and its size matters to nobody but those who wait for the test.
package main

import (
	"log"
	"os"

	"github.com/lambdapatterns/lambdapatterns/templatetest"
)

func main() {
	tmpl, err := templatetest.Load(os.Args[1])
	if err != nil {
		log.Fatal(err)
	}
	if _, err := templatetest.EventPattern(tmpl, os.Args[2], nil); err != nil {
		log.Fatal(err)
	}
}
