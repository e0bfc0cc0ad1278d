package coldstart

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"time"
)

// Paths of the Lambda runtime API that aws-lambda-go does not know, and of the error that it cannot report.
const (
	restoreNextPath  = "/2018-06-01/runtime/restore/next"
	restoreErrorPath = "/2018-06-01/runtime/restore/error"
	initErrorPath    = "/2018-06-01/runtime/init/error"
)

// reportTimeout is how long telling Lambda of an error may take. The API answers from the same machine.
const reportTimeout = time.Second

// runtimeAPI is the part of the Lambda runtime API that is about snapshots.
type runtimeAPI struct {
	base   string
	client http.Client
}

func newRuntimeAPI() (*runtimeAPI, error) {
	address := os.Getenv("AWS_LAMBDA_RUNTIME_API")
	if address == "" {
		return nil, errors.New("coldstart: AWS_LAMBDA_RUNTIME_API is not set: is this a Lambda function?")
	}
	// No connection may be kept over the snapshot, no proxy stands before the API, and nothing ends a wait of weeks.
	transport := &http.Transport{DisableKeepAlives: true, DisableCompression: true}
	return &runtimeAPI{base: "http://" + address, client: http.Client{Transport: transport}}, nil
}

// restoreNext asks for the snapshot. It returns in an environment that is restored from it.
func (a *runtimeAPI) restoreNext(ctx context.Context) error {
	return a.do(ctx, http.MethodGet, restoreNextPath, http.StatusOK, "", nil)
}

// report tells Lambda what the process will end with. Its error is nil when Lambda knows.
func (a *runtimeAPI) report(ctx context.Context, path, errorType string, reported error) error {
	body, err := json.Marshal(map[string]any{
		"errorMessage": reported.Error(), "errorType": errorType, "stackTrace": []string{},
	})
	if err != nil {
		return err // cannot be: strings always marshal
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), reportTimeout)
	defer cancel()
	return a.do(ctx, http.MethodPost, path, http.StatusAccepted, errorType, body)
}

func (a *runtimeAPI) do(ctx context.Context, method, path string, want int, errorType string, body []byte) error {
	failed := func(err error) error { return fmt.Errorf("coldstart: %s %s: %w", method, path, err) }
	request, err := http.NewRequestWithContext(ctx, method, a.base+path, bytes.NewReader(body))
	if err != nil {
		return failed(err)
	}
	if errorType != "" {
		request.Header.Set("Content-Type", "application/json")
		request.Header.Set("Lambda-Runtime-Function-Error-Type", errorType)
	}
	response, err := a.client.Do(request)
	if err != nil {
		if ctx.Err() != nil {
			err = context.Cause(ctx)
		}
		return failed(err)
	}
	defer response.Body.Close()
	_, _ = io.Copy(io.Discard, io.LimitReader(response.Body, 64<<10)) // the status says it all
	if response.StatusCode != want {
		return failed(fmt.Errorf("the runtime API answered %s", response.Status))
	}
	return nil
}
