// Command heavy is a function with everything that a budget is there to find.
package main

import (
	_ "embed"
	"fmt"
	"os"
	"time"

	"github.com/aws/aws-lambda-go/lambda"

	"github.com/lambdapatterns/lambdapatterns/coldstart/coldstarttest/testdata/heavy/table"
)

func main() {
	if os.Getenv("FAIL") != "" {
		fmt.Fprintln(os.Stderr, "the configuration is wrong")
		os.Exit(1)
	}
	wait, err := time.ParseDuration(os.Getenv("WAIT"))
	if err != nil {
		panic(err)
	}
	time.Sleep(wait)
	lambda.Start(func() (int, error) { return len(table.Words), table.Template.Execute(os.Stderr, "") })
}
