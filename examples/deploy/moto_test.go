package deploy

import (
	"cmp"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/lambdapatterns/lambdapatterns/examples/checkout"
	"github.com/lambdapatterns/lambdapatterns/examples/images"
	"github.com/lambdapatterns/lambdapatterns/examples/internal/stepfunctions"
	"github.com/lambdapatterns/lambdapatterns/examples/payments"
	"github.com/lambdapatterns/lambdapatterns/internal/mototest"
	"github.com/lambdapatterns/lambdapatterns/internal/tooltest"
	"github.com/lambdapatterns/lambdapatterns/singletable"
)

// deployed says what to look at when an example has been deployed to moto, and which variables it needs there. What moto cannot:
// it knows no provisioned concurrency; it forgets a function's dead-letter queue and log settings and EventBridge's switch on a
// bucket; it knows no versions of a state machine and does not validate one; it enforces no IAM policy, and without Docker runs no
// function. In a VPC nothing is deployed to it. These are left to terraform test and the checks.
var deployed = map[string]struct {
	variables []string
	look      func(t *testing.T, endpoint string, db *dynamodb.Client)
}{
	"payments": {[]string{"provisioned_concurrency=0"}, lookAtPayments},
	"images":   {nil, lookAtImages},
	"checkout": {nil, lookAtCheckout},
}

// It takes a minute and a half, which the provider spends waiting for SQS and S3 to be consistent.
func TestMotoTakesTheTerraform(t *testing.T) {
	t.Parallel()
	endpoint := mototest.URL(t)
	for _, e := range examples(t) {
		t.Run(e.name, func(t *testing.T) {
			t.Parallel()
			if deployed[e.name].look == nil {
				t.Fatal("nothing looks at what was deployed: write a row in deployed")
			}
			root := t.TempDir()
			copyExample(t, e.name, root)
			folder := filepath.Join(root, e.name, "terraform")
			must(t, os.WriteFile(filepath.Join(folder, "moto_override.tf"), []byte(motoProvider(endpoint, stepFunctions(t, endpoint))), 0o600))
			terraform := tooltest.NewTerraform(t, folder)
			terraform.Must("init", "-input=false", "-no-color")
			variables := []string{"-var", "artifacts=" + artifacts(t, e), "-var", "deletion_protection=false"}
			for _, v := range deployed[e.name].variables {
				variables = append(variables, "-var", v)
			}
			terraform.Must(append([]string{"apply", "-auto-approve", "-input=false", "-no-color"}, variables...)...)

			db := dynamodb.New(dynamodb.Options{
				Region: "us-east-1", BaseEndpoint: &endpoint, Credentials: credentials.NewStaticCredentialsProvider("test", "test", ""),
			})
			deployed[e.name].look(t, endpoint, db)
			lookAtFunctions(t, endpoint, e)

			terraform.Must(append([]string{"destroy", "-auto-approve", "-input=false", "-no-color", "-refresh=false"}, variables...)...)
			if left, err := terraform.Ask("state", "list"); err != nil || strings.TrimSpace(left) != "" {
				t.Errorf("after destroy there is left: %v %s", err, left)
			}
		})
	}
}

// stepFunctions stands in front of moto's Step Functions and answers what the provider asks and moto does not know: which versions a
// state machine has, none, and whether a definition is valid, if this project's interpreter loads it.
func stepFunctions(t *testing.T, endpoint string) string {
	t.Helper()
	moto, err := url.Parse(endpoint)
	must(t, err)
	forward := httputil.NewSingleHostReverseProxy(moto)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		answer := map[string]any{}
		switch r.Header.Get("X-Amz-Target") {
		case "AWSStepFunctions.ListStateMachineVersions":
			answer["stateMachineVersions"] = []any{}
		case "AWSStepFunctions.ValidateStateMachineDefinition":
			answer["result"], answer["diagnostics"] = "OK", []any{}
			var in struct{ Definition string }
			err := json.NewDecoder(r.Body).Decode(&in)
			if err == nil {
				_, err = stepfunctions.Load([]byte(in.Definition))
			}
			if err != nil {
				answer["result"] = "FAIL"
				answer["diagnostics"] = []any{map[string]string{"severity": "ERROR", "code": "LOAD", "message": err.Error()}}
			}
		default:
			forward.ServeHTTP(w, r)
			return
		}
		w.Header().Set("Content-Type", "application/x-amz-json-1.0")
		_ = json.NewEncoder(w).Encode(answer)
	}))
	t.Cleanup(server.Close)
	return server.URL
}

// motoProvider points the provider at moto.
func motoProvider(endpoint, stepFunctions string) string {
	var endpoints strings.Builder
	for _, service := range []string{
		"apigatewayv2", "cloudwatch", "cognitoidp", "dynamodb", "ec2", "events", "iam", "lambda", "logs", "s3", "sns", "sqs", "sts",
	} {
		fmt.Fprintf(&endpoints, "    %s = %q\n", service, endpoint)
	}
	fmt.Fprintf(&endpoints, "    sfn = %q\n", stepFunctions)
	return `provider "aws" {
  region                      = "us-east-1"
  access_key                  = "test"
  secret_key                  = "test"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_requesting_account_id  = true
  s3_use_path_style           = true
  endpoints {
` + endpoints.String() + "  }\n}\n"
}

// lookAtFunctions holds what Lambda has against the table of examples.
func lookAtFunctions(t *testing.T, endpoint string, e example) {
	t.Helper()
	for _, f := range e.functions {
		code, err := variables("..", e.name+"/"+f.pkg)
		must(t, err)
		var got struct {
			Handler, Runtime string
			Architectures    []string
			Environment      struct{ Variables map[string]string }
		}
		get(t, endpoint, fmt.Sprintf("/2015-03-31/functions/%s-%s/configuration", e.name, cmp.Or(f.policy, f.pkg)), &got)
		if got.Handler != "bootstrap" || got.Runtime != "provided.al2023" || fmt.Sprint(got.Architectures) != "[arm64]" {
			t.Errorf("%s: got %+v", f.pkg, got)
		}
		for _, name := range code {
			if got.Environment.Variables[name] == "" {
				t.Errorf("%s: the function has no %s", f.pkg, name)
			}
		}
	}
}

// get asks Lambda.
func get(t *testing.T, endpoint, path string, out any) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, endpoint+path, nil)
	must(t, err)
	req.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/lambda/aws4_request, SignedHeaders=host, Signature=0")
	resp, err := http.DefaultClient.Do(req)
	must(t, err)
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		t.Fatalf("GET %s: %s", path, resp.Status)
	}
	must(t, json.NewDecoder(resp.Body).Decode(out))
}

// lookAtPayments uses the table as the functions do, and looks at the queue and its mapping.
func lookAtPayments(t *testing.T, endpoint string, db *dynamodb.Client) {
	store, err := payments.NewStore(singletable.NewTable(db, "payments"))
	must(t, err)
	var u payments.User
	must(t, store.Users.Create(t.Context(), payments.User{ID: "usr_1", Email: "user@example.com", Name: "Ada"}, singletable.Stored(&u)))
	got, err := store.Users.GSI1().One(t.Context(), payments.User{Email: "user@example.com"})
	if err != nil || got != u || got.Name != "Ada" || got.CreatedAt.IsZero() {
		t.Errorf("the user by e-mail: %+v, %v", got, err)
	}
	var mappings struct {
		EventSourceMappings []struct {
			FunctionArn           string
			BatchSize             int
			FunctionResponseTypes []string
		}
	}
	get(t, endpoint, "/2015-03-31/event-source-mappings/", &mappings)
	if m := mappings.EventSourceMappings; len(m) != 1 || m[0].BatchSize != 10 || !strings.Contains(m[0].FunctionArn, ":function:payments-worker") ||
		fmt.Sprint(m[0].FunctionResponseTypes) != "[ReportBatchItemFailures]" {
		t.Errorf("the event source mappings are %+v", m)
	}
	var url struct{ QueueUrl string }
	mototest.Call(t, "AmazonSQS.GetQueueUrl", map[string]any{"QueueName": "payments-jobs"}, &url)
	var is struct{ Attributes map[string]string }
	mototest.Call(t, "AmazonSQS.GetQueueAttributes", map[string]any{"QueueUrl": url.QueueUrl, "AttributeNames": []string{"All"}}, &is)
	if is.Attributes["VisibilityTimeout"] != "181" || !strings.Contains(is.Attributes["RedrivePolicy"], ":payments-dead") {
		t.Errorf("the queue has %v", is.Attributes)
	}
}

// lookAtImages looks at the rule and its target, and that the table takes an item.
func lookAtImages(t *testing.T, _ string, db *dynamodb.Client) {
	store, err := images.NewStore(images.NewTable(db, "images"))
	must(t, err)
	must(t, store.Images.Put(t.Context(), images.Image{Bucket: "uploads", Key: "cat.jpg", Status: images.Ready}))
	ttl, err := db.DescribeTimeToLive(t.Context(), &dynamodb.DescribeTimeToLiveInput{TableName: aws.String("images")})
	must(t, err)
	if got := aws.ToString(ttl.TimeToLiveDescription.AttributeName); got != "expires" {
		t.Errorf("the time-to-live attribute is %q", got)
	}
	var is struct{ EventPattern string }
	mototest.Call(t, "AWSEvents.DescribeRule", map[string]any{"Name": "images-uploads"}, &is)
	if !strings.Contains(is.EventPattern, `"images-uploads-`) {
		t.Errorf("the rule's pattern is %s", is.EventPattern)
	}
	var targets struct {
		Targets []struct {
			Arn              string
			DeadLetterConfig struct{ Arn string }
			RetryPolicy      struct{ MaximumEventAgeInSeconds, MaximumRetryAttempts int }
		}
	}
	mototest.Call(t, "AWSEvents.ListTargetsByRule", map[string]any{"Rule": "images-uploads"}, &targets)
	if got := targets.Targets; len(got) != 1 || !strings.HasSuffix(got[0].Arn, ":function:images-thumbnailer") ||
		!strings.HasSuffix(got[0].DeadLetterConfig.Arn, ":images-undelivered") ||
		got[0].RetryPolicy.MaximumEventAgeInSeconds != 3600 || got[0].RetryPolicy.MaximumRetryAttempts != 2 {
		t.Errorf("the targets are %+v", got)
	}
}

// lookAtCheckout looks at the workflow as it was deployed, at what starts it, and that the table takes an item.
func lookAtCheckout(t *testing.T, _ string, db *dynamodb.Client) {
	store, err := checkout.NewStore(checkout.NewTable(db, "checkout"))
	must(t, err)
	must(t, store.Stock.Create(t.Context(), checkout.Stock{ProductID: "prod_tea", Available: 10}))
	var machines struct {
		StateMachines []struct{ Name, StateMachineArn string }
	}
	mototest.Call(t, "AWSStepFunctions.ListStateMachines", map[string]any{}, &machines)
	arn := ""
	for _, m := range machines.StateMachines {
		if m.Name == "checkout" {
			arn = m.StateMachineArn
		}
	}
	var machine struct{ Type, Definition string }
	mototest.Call(t, "AWSStepFunctions.DescribeStateMachine", map[string]any{"stateMachineArn": arn}, &machine)
	if _, err := stepfunctions.Load([]byte(machine.Definition)); err != nil || machine.Type != "STANDARD" {
		t.Errorf("the workflow of type %q: %v\n%s", machine.Type, err, machine.Definition)
	}
	for _, task := range checkout.Tasks() {
		if function := ":function:checkout-" + task + ":live\""; !strings.Contains(machine.Definition, function) {
			t.Errorf("the workflow does not call %s", function)
		}
	}
	var targets struct {
		Targets []struct {
			Arn, RoleArn, InputPath string
			DeadLetterConfig        struct{ Arn string }
		}
	}
	mototest.Call(t, "AWSEvents.ListTargetsByRule", map[string]any{"Rule": "checkout-placed"}, &targets)
	if got := targets.Targets; len(got) != 1 || got[0].Arn != arn || !strings.HasSuffix(got[0].RoleArn, ":role/checkout-rule") ||
		got[0].InputPath != "$.detail" || !strings.HasSuffix(got[0].DeadLetterConfig.Arn, ":checkout-undelivered") {
		t.Errorf("the targets are %+v", got)
	}
}
