package main

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"

	"github.com/lambdapatterns/lambdapatterns/internal/lambdaruntime"
)

// deployed is a function with its asynchronous side.
type deployed struct {
	*lambdaruntime.Function
	async *asyncInvoker
}

// invokeAPI is the operation Invoke of Lambda's API, for curl, the AWS CLI and the SDKs (AWS Lambda API Reference, "Invoke"). It
// has no versions and no aliases, does not return logs, and asks nobody who he is.
func invokeAPI(functions map[string]deployed) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /2015-03-31/functions/{name}/invocations", func(w http.ResponseWriter, r *http.Request) {
		name := r.PathValue("name")
		if i := strings.LastIndex(name, ":function:"); i >= 0 {
			name = name[i+len(":function:"):]
		}
		f, ok := functions[strings.TrimSuffix(name, ":$LATEST")]
		if !ok {
			refuse(w, http.StatusNotFound, "ResourceNotFoundException", "Function not found: "+name)
			return
		}
		payload, err := io.ReadAll(http.MaxBytesReader(w, r.Body, 8<<20)) // a little more than Lambda takes, which says so itself
		if err != nil {
			refuse(w, http.StatusRequestEntityTooLarge, "RequestTooLargeException", err.Error())
			return
		}
		if len(payload) == 0 {
			payload = []byte("{}")
		}
		w.Header().Set("X-Amz-Executed-Version", "$LATEST")
		switch kind := r.Header.Get("X-Amz-Invocation-Type"); kind {
		case "", "RequestResponse":
			f.answer(w, r, payload)
		case "Event":
			if !json.Valid(payload) {
				refuseWith(w, lambdaruntime.ErrInvalidPayload)
				return
			}
			f.async.accept(payload)
			w.WriteHeader(http.StatusAccepted)
		case "DryRun":
			w.WriteHeader(http.StatusNoContent)
		default:
			refuse(w, http.StatusBadRequest, "InvalidParameterValueException", "X-Amz-Invocation-Type: use RequestResponse, Event or DryRun")
		}
	})
	return mux
}

func (f deployed) answer(w http.ResponseWriter, r *http.Request, payload []byte) {
	response, err := f.Invoke(r.Context(), lambdaruntime.Invocation{Payload: payload, TraceHeader: r.Header.Get("X-Amzn-Trace-Id")})
	if failure, ok := errors.AsType[*lambdaruntime.FunctionError](err); ok {
		w.Header().Set("X-Amz-Function-Error", "Unhandled")
		response = failure.Payload
	} else if err != nil {
		refuseWith(w, err)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write(response) // the client may be gone
}

// refuseWith answers for what lambdaruntime refuses, whose errors begin with the names in Lambda's API.
func refuseWith(w http.ResponseWriter, err error) {
	code, message, _ := strings.Cut(err.Error(), ": ")
	switch {
	case errors.Is(err, lambdaruntime.ErrThrottled):
		refuse(w, http.StatusTooManyRequests, code, message)
	case errors.Is(err, lambdaruntime.ErrPayloadTooLarge):
		refuse(w, http.StatusRequestEntityTooLarge, code, message)
	case errors.Is(err, lambdaruntime.ErrInvalidPayload):
		refuse(w, http.StatusBadRequest, code, message)
	default:
		refuse(w, http.StatusInternalServerError, "ServiceException", err.Error())
	}
}

func refuse(w http.ResponseWriter, status int, code, message string) {
	body, _ := json.Marshal(map[string]string{"Type": "User", "Message": message}) // strings always marshal
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("X-Amzn-Errortype", code)
	w.WriteHeader(status)
	_, _ = w.Write(append(body, '\n'))
}

// elsewhere answers for all services of AWS's that are not here, so that a function does not reach for them with dummy credentials.
func elsewhere(w http.ResponseWriter, r *http.Request) {
	service := "that is asked"
	if _, scope, ok := strings.Cut(r.Header.Get("Authorization"), "Credential="); ok { // KEY/DATE/REGION/SERVICE/aws4_request
		if parts := strings.Split(scope, "/"); len(parts) > 3 {
			service = parts[3]
		}
	}
	body, _ := json.Marshal(map[string]string{ // strings always marshal
		"__type": "NotOnThisMachine",
		"message": "the service " + service + " is not on this machine: run one like it and give the function its URL, " +
			"in -env AWS_ENDPOINT_URL_ and the SDK's name of the service",
	})
	w.Header().Set("Content-Type", "application/x-amz-json-1.1")
	w.Header().Set("X-Amzn-Errortype", "NotOnThisMachine")
	w.WriteHeader(http.StatusBadRequest)
	_, _ = w.Write(body)
}
