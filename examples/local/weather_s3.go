package main

import (
	"fmt"
	"maps"
	"net/http"
	"time"
)

// frontS3 makes S3 unreliable for those who come by it. Other than the rest it can break off in the middle of an answer.
func (w *weather) frontS3(store http.Handler) http.Handler {
	return http.HandlerFunc(func(out http.ResponseWriter, r *http.Request) {
		switch {
		case w.strikes("objects: late"):
			time.Sleep(200 * time.Millisecond)
		case w.strikes("objects: status 503"):
			refuseS3(out, http.StatusServiceUnavailable, "SlowDown", "Please reduce your request rate.")
			return
		case w.strikes("objects: status 500"):
			refuseS3(out, http.StatusInternalServerError, "InternalError", "We encountered an internal error. Please try again.")
			return
		case w.strikes("objects: connection cut"):
			panic(http.ErrAbortHandler)
		case w.strikes("objects: answer lost"):
			store.ServeHTTP(discard{http.Header{}}, r)
			panic(http.ErrAbortHandler)
		case r.Method == http.MethodGet && w.strikes("objects: answer broken off"):
			breakOff(out, store, r)
		}
		store.ServeHTTP(out, r)
	})
}

func refuseS3(out http.ResponseWriter, status int, code, message string) {
	out.Header().Set("Content-Type", "application/xml")
	out.WriteHeader(status)
	fmt.Fprintf(out, `<?xml version="1.0" encoding="UTF-8"?><Error><Code>%s</Code><Message>%s</Message></Error>`, code, message)
}

// breakOff answers with half of what the store says, and cuts the connection.
func breakOff(out http.ResponseWriter, store http.Handler, r *http.Request) {
	whole := heldAnswer{header: http.Header{}, status: http.StatusOK}
	store.ServeHTTP(&whole, r)
	maps.Copy(out.Header(), whole.header)
	out.Header().Set("Content-Length", fmt.Sprint(len(whole.body)))
	out.WriteHeader(whole.status)
	_, _ = out.Write(whole.body[:len(whole.body)/2])
	if flusher, ok := out.(http.Flusher); ok {
		flusher.Flush()
	}
	panic(http.ErrAbortHandler)
}

// heldAnswer keeps what a handler says.
type heldAnswer struct {
	header http.Header
	status int
	body   []byte
}

func (a *heldAnswer) Header() http.Header    { return a.header }
func (a *heldAnswer) WriteHeader(status int) { a.status = status }

func (a *heldAnswer) Write(p []byte) (int, error) {
	a.body = append(a.body, p...)
	return len(p), nil
}
