// Command function does on request everything that a Lambda function can do to its runtime.
package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"time"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-lambda-go/lambdacontext"
)

type request struct {
	Do   string `json:"do"`
	Ms   int    `json:"ms"`
	Size int    `json:"size"`
	Code int    `json:"code"`
	Text string `json:"text"`
}

type declinedError struct{ reason string }

func (e *declinedError) Error() string { return "declined: " + e.reason }

func main() {
	initialize(os.Getenv("INIT"))
	lambda.Start(handle)
}

// raced is what invocations at once write to without a lock when they are told to race.
var raced int

// initialize fails as it is told. "once:FILE" fails when FILE does not exist, and makes it.
func initialize(how string) {
	mode, file, _ := strings.Cut(how, ":")
	if mode == "exit-once" || mode == "hang-once" {
		if _, err := os.Stat(file); err == nil {
			return
		}
		if err := os.WriteFile(file, nil, 0o600); err != nil {
			panic(err)
		}
	}
	switch mode {
	case "exit", "exit-once":
		fmt.Fprintln(os.Stderr, "cannot initialise")
		os.Exit(3)
	case "hang", "hang-once":
		time.Sleep(time.Hour)
	case "slow":
		time.Sleep(100 * time.Millisecond)
	}
}

func handle(ctx context.Context, r request) (any, error) {
	switch r.Do {
	case "", "context":
		return describe(ctx), nil
	case "environment":
		return os.Environ(), nil
	case "sleep":
		time.Sleep(time.Duration(r.Ms) * time.Millisecond)
		return os.Getpid(), nil
	case "pid":
		return os.Getpid(), nil
	case "log":
		fmt.Println(r.Text)
		fmt.Fprint(os.Stderr, "without an end")
		return nil, nil
	case "fail":
		return nil, &declinedError{r.Text}
	case "panic":
		panic(r.Text)
	case "exit":
		os.Exit(r.Code)
	case "big":
		return strings.Repeat("x", r.Size-2), nil // with its quotes, r.Size bytes
	case "stream":
		return &stream{Reader: io.LimitReader(zeros{}, int64(r.Size))}, nil
	case "stream-fail":
		return &stream{Reader: io.MultiReader(strings.NewReader(`{"half":`), failing{})}, nil
	case "linger":
		return &stream{Reader: bytes.NewBufferString(`"answered"`), close: time.Duration(r.Ms) * time.Millisecond}, nil
	case "race":
		for range 100 {
			raced++
			time.Sleep(time.Millisecond)
		}
		return raced, nil
	case "child":
		child := exec.Command("/bin/sleep", "600")
		child.Stdout = os.Stdout
		if err := child.Start(); err != nil {
			return nil, err
		}
		return []int{os.Getpid(), child.Process.Pid}, nil
	}
	return nil, errors.New("unknown request " + r.Do)
}

func describe(ctx context.Context) map[string]any {
	lc, _ := lambdacontext.FromContext(ctx)
	deadline, _ := ctx.Deadline()
	directory, _ := os.Getwd()
	return map[string]any{
		"requestId":   lc.AwsRequestID,
		"arn":         lc.InvokedFunctionArn,
		"deadlineMs":  deadline.UnixMilli(),
		"trace":       ctx.Value("x-amzn-trace-id"),
		"traceEnv":    os.Getenv("_X_AMZN_TRACE_ID"),
		"clientTitle": lc.ClientContext.Client.AppTitle,
		"identity":    lc.Identity.CognitoIdentityID,
		"directory":   directory,
	}
}

// stream is an io.Reader without exported fields, which aws-lambda-go sends as it is.
type stream struct {
	io.Reader `json:"-"`
	close     time.Duration
}

func (s *stream) Close() error {
	time.Sleep(s.close)
	return nil
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = '0'
	}
	return len(p), nil
}

type failing struct{}

func (failing) Read([]byte) (int, error) { return 0, &declinedError{"in mid-stream"} }
