package tracingxray_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"

	"github.com/lambdapatterns/lambdapatterns/tracing/tracingotlp"
	"github.com/lambdapatterns/lambdapatterns/tracing/tracingotlp/otlpreceiver"
	"github.com/lambdapatterns/lambdapatterns/tracing/tracingotlp/tracingxray"
)

var credentials = aws.Credentials{AccessKeyID: "AKID", SecretAccessKey: "SECRET", SessionToken: "TOKEN"}

func config(err error) aws.Config {
	return aws.Config{Region: "eu-west-1", Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
		return credentials, err
	})}
}

func record(t testing.TB, p *tracingotlp.Provider) error {
	t.Helper()
	_, span := p.Tracer("t").Start(t.Context(), "s")
	span.End()
	return p.ForceFlush(t.Context())
}

// The server makes the signature of what came over the wire, and compares.
func TestSignature(t *testing.T) {
	t.Parallel()
	for _, gzip := range []bool{false, true} {
		var receiver otlpreceiver.Receiver
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			body, _ := io.ReadAll(r.Body)
			if got, want := r.Header.Get("Authorization"), sign(t, r, body); got != want {
				t.Errorf("signature\n %s, want\n %s", got, want)
			}
			r.Body = io.NopCloser(bytes.NewReader(body))
			receiver.ServeHTTP(w, r)
		}))
		defer server.Close()
		opts := []tracingotlp.Option{tracingotlp.WithEndpoint(server.URL)}
		if gzip {
			opts = append(opts, tracingotlp.WithGzip())
		}
		p, err := tracingxray.New(config(nil), opts...)
		if err != nil {
			t.Fatal(err)
		}
		if err := record(t, p); err != nil {
			t.Error(err)
		}
		if n := len(receiver.Spans()); n != 1 {
			t.Errorf("%d spans", n)
		}
	}
}

var signedHeaders = regexp.MustCompile(`SignedHeaders=([^,]+)`)

// sign signs a request again, with those of its headers that its signature names.
func sign(t *testing.T, r *http.Request, body []byte) string {
	t.Helper()
	again, err := http.NewRequest(r.Method, "http://"+r.Host+r.URL.Path, bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	found := signedHeaders.FindStringSubmatch(r.Header.Get("Authorization"))
	if found == nil || !strings.Contains(r.Header.Get("Authorization"), "/eu-west-1/xray/aws4_request") {
		t.Fatalf("authorization %q", r.Header.Get("Authorization"))
	}
	for _, name := range strings.Split(found[1], ";") {
		if v, ok := r.Header[http.CanonicalHeaderKey(name)]; ok && name != "x-amz-date" && name != "x-amz-security-token" {
			again.Header[http.CanonicalHeaderKey(name)] = v
		}
	}
	at, err := time.Parse("20060102T150405Z", r.Header.Get("X-Amz-Date"))
	if err != nil {
		t.Fatal(err)
	}
	hash := sha256.Sum256(body)
	if err := v4.NewSigner().SignHTTP(t.Context(), credentials, again, hex.EncodeToString(hash[:]), "xray", "eu-west-1", at); err != nil {
		t.Fatal(err)
	}
	return again.Header.Get("Authorization")
}

func TestAddress(t *testing.T) {
	t.Parallel()
	for region, want := range map[string]string{
		"eu-west-1":  "https://xray.eu-west-1.amazonaws.com/v1/traces",
		"cn-north-1": "https://xray.cn-north-1.amazonaws.com.cn/v1/traces",
	} {
		var got string
		cfg := config(nil)
		cfg.Region = region
		p, err := tracingxray.New(cfg, tracingotlp.WithHTTPClient(&http.Client{Transport: roundTripper(func(r *http.Request) (*http.Response, error) {
			got = r.URL.String()
			return &http.Response{StatusCode: 200, Body: http.NoBody}, nil
		})}))
		if err != nil {
			t.Fatal(err)
		}
		if err := record(t, p); err != nil || got != want {
			t.Errorf("sent to %s, want %s; %v", got, want, err)
		}
	}
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func TestErrors(t *testing.T) {
	t.Parallel()
	withoutRegion, withoutCredentials := config(nil), config(nil)
	withoutRegion.Region = ""
	withoutCredentials.Credentials = nil
	for says, cfg := range map[string]aws.Config{"no region": withoutRegion, "no credentials": withoutCredentials} {
		if p, err := tracingxray.New(cfg); p != nil || err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("error %v", err)
		}
	}
	failure := errors.New("the role is gone")
	p, err := tracingxray.New(config(failure))
	if err != nil {
		t.Fatal(err)
	}
	err = record(t, p)
	if e, ok := errors.AsType[*tracingotlp.ExportError](err); !ok || !errors.Is(err, failure) || e.Kept != 1 {
		t.Errorf("error %v", err)
	}
}
