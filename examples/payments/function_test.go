package payments_test

import (
	"encoding/pem"
	"errors"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/lambdapatterns/lambdapatterns/examples/payments"
	"github.com/lambdapatterns/lambdapatterns/singletable"
	"github.com/lambdapatterns/lambdapatterns/singletable/singletabletest"
)

// The functions' HTTP client trusts the certificates of AWS_CA_BUNDLE, as the SDK's own does.
func TestStartHeedsAWSCABundle(t *testing.T) {
	engine := new(singletabletest.Engine)
	server := httptest.NewTLSServer(engine)
	t.Cleanup(server.Close)
	dir := t.TempDir()
	bundle := filepath.Join(dir, "bundle.pem")
	if err := os.WriteFile(bundle, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw}), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, value := range map[string]string{
		"AWS_CA_BUNDLE": bundle, "AWS_ENDPOINT_URL": server.URL, "AWS_REGION": "eu-central-1",
		"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_EC2_METADATA_DISABLED": "true",
		"AWS_CONFIG_FILE": filepath.Join(dir, "none"), "AWS_SHARED_CREDENTIALS_FILE": filepath.Join(dir, "none"),
		"TABLE_NAME": "payments",
	} {
		t.Setenv(name, value)
	}
	f, err := payments.Start(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	// The engine has no such table, which it can say only if it was reached.
	_, err = f.Store.Products.Get(t.Context(), payments.Product{ID: "none"})
	if _, ok := errors.AsType[*types.ResourceNotFoundException](err); !ok {
		t.Errorf("got %v", err)
	}
}

func TestMissingEnvironmentIsFoundAtTheStart(t *testing.T) {
	t.Parallel()
	if _, err := payments.NewAPI(nil, payments.Queue{Client: &outbox{}}, nil); err == nil || !strings.Contains(err.Error(), "PAYMENTS_QUEUE_URL") {
		t.Errorf("api: %v", err)
	}
	if _, err := payments.NewWorker(nil, nil, payments.Queue{Client: &outbox{}}, nil); err == nil || !strings.Contains(err.Error(), "RESULTS_QUEUE_URL") {
		t.Errorf("worker: %v", err)
	}
	if _, err := payments.NewStore(singletable.NewTable(new(singletabletest.Engine).Client(), "")); err == nil || !strings.Contains(err.Error(), "no name") {
		t.Errorf("store: %v", err)
	}
}
