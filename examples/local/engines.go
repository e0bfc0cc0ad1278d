package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/s3"
)

const region = "us-east-1"

// engine is a service of AWS's, or one that speaks as it does.
type engine struct {
	url      string
	inMemory bool
	server   *http.Server // of an engine in memory
}

// openEngine starts handler on a free loopback port, or takes the engine that is at endpoint.
func openEngine(endpoint string, handler http.Handler) (engine, error) {
	if endpoint != "" {
		u, err := url.Parse(endpoint)
		if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
			return engine{}, fmt.Errorf("%q is no endpoint: give a URL such as http://127.0.0.1:8000", endpoint)
		}
		return engine{url: strings.TrimSuffix(endpoint, "/")}, nil
	}
	server, address, err := serve(loopback, handler)
	return engine{url: "http://" + address, inMemory: true, server: server}, err
}

// loopback is a free port of this machine alone.
const loopback = "127.0.0.1:0"

// serve starts an HTTP server and returns it with the address that it listens on.
func serve(address string, handler http.Handler) (*http.Server, string, error) {
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return nil, "", err
	}
	server := &http.Server{Handler: handler, ReadHeaderTimeout: 10 * time.Second}
	go func() { _ = server.Serve(listener) }() // ends with Close
	return server, listener.Addr().String(), nil
}

func (e engine) close() error {
	if e.server == nil {
		return nil
	}
	return e.server.Close()
}

func (e engine) describe() string {
	if e.inMemory {
		return e.url + " (in memory)"
	}
	return e.url
}

// atAWS tells whether the engine is AWS itself, which needs credentials that are no dummies.
func (e engine) atAWS() bool {
	u, err := url.Parse(e.url)
	return err == nil && (strings.HasSuffix(u.Hostname(), ".amazonaws.com") || strings.HasSuffix(u.Hostname(), ".api.aws"))
}

// awsConfig makes the configuration for the stack's own clients, and the environment variables by which the functions find
// the same engines with the same credentials.
func awsConfig(ctx context.Context, dynamoDB, sqs engine) (aws.Config, map[string]string, error) {
	variables := map[string]string{"AWS_ENDPOINT_URL_DYNAMODB": dynamoDB.url, "AWS_ENDPOINT_URL_SQS": sqs.url}
	if !dynamoDB.atAWS() && !sqs.atAWS() {
		return aws.Config{Region: region, Credentials: anyone()}, variables, nil
	}
	cfg, err := config.LoadDefaultConfig(ctx, config.WithRegion(region))
	if err != nil {
		return cfg, nil, err
	}
	c, err := cfg.Credentials.Retrieve(ctx)
	if err != nil {
		return cfg, nil, errors.Join(errors.New("an endpoint of AWS needs AWS credentials"), err)
	}
	variables["AWS_ACCESS_KEY_ID"], variables["AWS_SECRET_ACCESS_KEY"] = c.AccessKeyID, c.SecretAccessKey
	if c.SessionToken != "" {
		variables["AWS_SESSION_TOKEN"] = c.SessionToken
	}
	return cfg, variables, nil
}

// suffix keeps apart what runs at the same time in an engine that others use too.
func suffix(e engine) string {
	if e.inMemory {
		return ""
	}
	return fmt.Sprintf("-%d-%d", os.Getpid(), time.Now().Unix())
}

// anyone are the credentials for engines that ask nobody who he is.
func anyone() aws.CredentialsProvider {
	return credentials.NewStaticCredentialsProvider("local", "local", "")
}

// s3At is a client of such an S3.
func s3At(endpoint string) *s3.Client {
	return s3.New(s3.Options{Region: region, BaseEndpoint: &endpoint, UsePathStyle: true, Credentials: anyone()})
}
