package coldstart_test

import (
	"context"
	"net"
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"

	"github.com/lambdapatterns/lambdapatterns/coldstart"
	"github.com/lambdapatterns/lambdapatterns/internal/distance"
)

// roundTrip is how far away the service of the benchmark is.
const roundTrip = 20 * time.Millisecond

// BenchmarkFirstCall asks how long the first call of an invocation takes, over TLS 1.3 to a service 20 ms away, after a
// Connect task, compared with the SDK's own client and no such task. The service answers 1 ms after it is asked. Building
// the clients and connecting are initialisation and not measured. The best that can be is one round trip of three.
func BenchmarkFirstCall(b *testing.B) {
	b.Setenv(variable, "on-demand")
	s := newService(b, false)
	s.delay(b)
	base := func() *awshttp.BuildableClient {
		return s.base().WithTransportOptions(func(tr *http.Transport) {
			dial := tr.DialContext
			tr.DialContext = func(ctx context.Context, network, address string) (net.Conn, error) {
				time.Sleep(roundTrip) // SYN, and its answer, do not go through the proxy
				return dial(ctx, network, address)
			}
		})
	}
	var with, without []time.Duration
	measure := func(client aws.HTTPClient, prepare func(func(context.Context) error)) time.Duration {
		table := s.dynamoDB(client)
		call := func(ctx context.Context) error { return getItem(ctx, table) }
		prepare(call)
		began := time.Now()
		if err := call(b.Context()); err != nil {
			b.Fatal(err)
		}
		return time.Since(began)
	}
	b.ReportAllocs()
	for b.Loop() {
		without = append(without, measure(base(), func(func(context.Context) error) {}))
		client, err := coldstart.NewHTTPClient(base())
		if err != nil {
			b.Fatal(err)
		}
		with = append(with, measure(client, func(call func(context.Context) error) {
			if _, err := coldstart.Run(b.Context(), required(coldstart.Connect("table", call))); err != nil {
				b.Fatal(err)
			}
		}))
		client.CloseIdleConnections()
	}
	slices.Sort(with)
	slices.Sort(without)
	b.ReportMetric(float64(median(with))/1e6, "connected-p50-ms")
	b.ReportMetric(float64(median(without))/1e6, "sdk-p50-ms")
	b.ReportMetric(float64(median(with))/float64(median(without)), "connected/sdk")
}

// BenchmarkCall asks what the guard and the copy of the body cost a call on a warm connection, compared with the SDK's
// own client.
func BenchmarkCall(b *testing.B) {
	s := newService(b, false)
	ours, err := coldstart.NewHTTPClient(s.base())
	if err != nil {
		b.Fatal(err)
	}
	for name, client := range map[string]aws.HTTPClient{"HTTPClient": ours, "sdk": s.base()} {
		b.Run(name, func(b *testing.B) {
			table := s.dynamoDB(client)
			b.ReportAllocs()
			for b.Loop() {
				if err := getItem(b.Context(), table); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func median(sorted []time.Duration) time.Duration { return sorted[len(sorted)/2] }

// delay puts a proxy in front of the service through which every byte takes half a round trip.
func (s *service) delay(b *testing.B) {
	address, end, err := distance.Proxy(s.Listener.Addr().String(), roundTrip)
	if err != nil {
		b.Fatal(err)
	}
	s.URL = "https://" + address
	b.Cleanup(end)
}
