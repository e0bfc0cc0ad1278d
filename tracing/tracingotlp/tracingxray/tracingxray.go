package tracingxray

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"net/http"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"

	"github.com/lambdapatterns/lambdapatterns/tracing/tracingotlp"
)

// service is the name that requests to X-Ray are signed for.
const service = "xray"

// New makes a provider that sends to X-Ray's endpoint in the region of cfg, https://xray.REGION.amazonaws.com/v1/traces, and
// signs with the credentials of cfg. Nothing is fetched and nothing sent before the first flush with spans. Options come last:
// WithEndpoint gives another address, such as that of a VPC endpoint.
//
// The error says what is wrong: a cfg without a region or credentials, or what tracingotlp.New finds.
func New(cfg aws.Config, opts ...tracingotlp.Option) (*tracingotlp.Provider, error) {
	if cfg.Region == "" {
		return nil, errors.New("tracingxray: the aws.Config has no region")
	}
	if cfg.Credentials == nil {
		return nil, errors.New("tracingxray: the aws.Config has no credentials: is it loaded?")
	}
	domain := "amazonaws.com"
	if strings.HasPrefix(cfg.Region, "cn-") {
		domain = "amazonaws.com.cn"
	}
	return tracingotlp.New(append([]tracingotlp.Option{
		tracingotlp.WithEndpoint("https://" + service + "." + cfg.Region + "." + domain + "/v1/traces"),
		tracingotlp.WithSigner(signer(cfg)),
	}, opts...)...)
}

func signer(cfg aws.Config) tracingotlp.Signer {
	signature := v4.NewSigner()
	return func(ctx context.Context, r *http.Request, body []byte) error {
		credentials, err := cfg.Credentials.Retrieve(ctx)
		if err != nil {
			return err
		}
		hash := sha256.Sum256(body)
		return signature.SignHTTP(ctx, credentials, r, hex.EncodeToString(hash[:]), service, cfg.Region, time.Now())
	}
}
