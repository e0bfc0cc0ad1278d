// Package coldstart measures processes of a function with package coldstart and of the same function without it.
package coldstart

import (
	"encoding/pem"
	"hash/crc32"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/lambdapatterns/lambdapatterns/benchmarks/internal/binaries"
	"github.com/lambdapatterns/lambdapatterns/internal/distance"
	"github.com/lambdapatterns/lambdapatterns/internal/lambdaruntime"
)

// roundTrip is how far away the service is.
const roundTrip = 20 * time.Millisecond

// answer is what GetItem finds.
const answer = `{"Item":{"PK":{"S":"USER#1"},"SK":{"S":"PROFILE"}}}`

// BenchmarkProcess asks what package coldstart does to the first invocation of a process, and what to the time from the start of the
// process to its first answer: medians against those of the same function without it, started in turn. The function reads one item
// over TLS from a service a round trip of 20 ms away; the round trip that opens the TCP connection is left out, to the benefit of
// the function without coldstart.
func BenchmarkProcess(b *testing.B) {
	url, bundle := distantService(b)
	environment := map[string]string{"TABLE_NAME": "app", "AWS_ENDPOINT_URL_DYNAMODB": url, "AWS_CA_BUNDLE": bundle}
	var first, whole [2][]time.Duration
	paths := [2]string{binaries.Build(b, ".", "./functions/with"), binaries.Build(b, ".", "./functions/without")}
	b.ReportAllocs()
	for b.Loop() {
		for range 3 {
			for i, path := range paths {
				ready, answered := start(b, path, environment)
				first[i], whole[i] = append(first[i], answered), append(whole[i], ready+answered)
			}
		}
	}
	b.ReportMetric(ratio(first), "first-invocation-ratio")
	b.ReportMetric(ratio(whole), "first-answer-ratio")
}

func ratio(took [2][]time.Duration) float64 {
	for i := range took {
		slices.Sort(took[i])
	}
	return float64(took[0][len(took[0])/2]) / float64(took[1][len(took[1])/2])
}

// start starts a process and invokes it once, and returns how long each took.
func start(b *testing.B, path string, environment map[string]string) (ready, answered time.Duration) {
	f, err := lambdaruntime.Start(lambdaruntime.Config{Name: "measured", Binary: path, Environment: environment, InitTimeout: time.Minute, Timeout: time.Minute})
	if err != nil {
		b.Fatal(err)
	}
	defer f.Close()
	if ready, err = f.Provision(b.Context()); err != nil {
		b.Fatal(err)
	}
	began := time.Now()
	out, err := f.Invoke(b.Context(), lambdaruntime.Invocation{})
	answered = time.Since(began)
	if err != nil || string(out) != "2" {
		b.Fatalf("%s, %v", out, err)
	}
	return ready, answered
}

// distantService returns the URL of a DynamoDB that has one item, behind a proxy that holds back every byte for half a round trip, and
// the file of its certificate.
func distantService(b *testing.B) (url, bundle string) {
	s := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/x-amz-json-1.0")
		if r.Header.Get("X-Amz-Target") != "" {
			w.Header().Set("X-Amz-Crc32", strconv.FormatUint(uint64(crc32.ChecksumIEEE([]byte(answer))), 10))
			_, _ = io.WriteString(w, answer)
		}
	}))
	b.Cleanup(s.Close)
	bundle = filepath.Join(b.TempDir(), "bundle.pem")
	if err := os.WriteFile(bundle, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: s.Certificate().Raw}), 0o600); err != nil {
		b.Fatal(err)
	}
	address, end, err := distance.Proxy(s.Listener.Addr().String(), roundTrip)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(end)
	return "https://" + address, bundle
}
