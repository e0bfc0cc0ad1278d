// Command badinit is a custom runtime, without aws-lambda-go, that reports that it cannot initialise.
package main

import (
	"fmt"
	"net/http"
	"os"
	"strings"
	"time"
)

func main() {
	url := "http://" + os.Getenv("AWS_LAMBDA_RUNTIME_API") + "/2018-06-01/runtime/init/error"
	body := `{"errorType":"Config.Missing","errorMessage":"TABLE_NAME is not set"}`
	response, err := http.Post(url, "application/json", strings.NewReader(body))
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
	fmt.Fprintln(os.Stderr, "init/error answered", response.StatusCode)
	if os.Getenv("STAY") != "" {
		time.Sleep(time.Hour)
	}
	os.Exit(1)
}
