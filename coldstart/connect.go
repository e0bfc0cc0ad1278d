package coldstart

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
)

// connectTimeout is how long a Connect task tries. What takes longer than that is left to the first call.
const connectTimeout = 2 * time.Second

// Connect returns a task that opens the connection of an SDK client, so that the first invocation finds it open. Call
// makes any one call of the client, with its context:
//
//	coldstart.Connect("table", func(ctx context.Context) error {
//		_, err := table.DescribeTable(ctx, &dynamodb.DescribeTableInput{TableName: &name})
//		return err
//	})
//
// The call is a dry run: nothing of it is sent. It goes through the client's own middleware, so that its endpoint is
// found and its credentials are fetched, up to the [HTTPClient] that the client was given. That opens a connection to the
// same host with GET /, without a signature, and reads the answer, whatever it is. It needs no permission and costs
// nothing. The call then returns an error, which the task drops. What the call says must pass the client's validation.
// Choose an operation that only reads, any will do: without an HTTPClient of this package the call is made for real, see below.
// Middleware of your own, such as that of package tracingaws, sees the dry run as a call that was cancelled.
//
// What the task does in [Run] depends on the type of initialisation. On demand, on managed instances and outside Lambda it
// connects. Under provisioned concurrency, SnapStart, and types that it does not know, the first invocation may come when
// a connection of now is long gone; it then fetches credentials and loads the root certificates, and leaves connecting to
// the first call. Setting the task's Only would do without these as well. The task's Do that is called elsewhere, as a hook of
// [Start.AfterRestore] does, connects in every type.
//
// It opens one connection, or one for each invocation that may run at once, as AWS_LAMBDA_MAX_CONCURRENCY on managed instances
// says. See [ConnectN] for a function whose invocation makes several calls at once.
//
// The task fails if the call fails before it reaches the HTTPClient, if no connection comes about within 2 s, or if the peer
// will not keep it. It fails, too, if the call succeeds and never reached an HTTPClient, which is so when the SDK client has
// another HTTP client: then the call was made for real.
//
// Calls to STS and SSO are made for real if they come first: they are how other clients get their credentials.
func Connect(name string, call func(context.Context) error) Task {
	n, err := maxConcurrency()
	if err != nil {
		return wrongTask(name, err)
	}
	return connect(name, n, connectTimeout, call)
}

// ConnectN is [Connect] for a function whose invocation makes up to n calls at once, as a handler of a batch does: it opens n
// connections. Those beyond MaxConnsPerHost of the client's base are not opened; those that its idle pool does not hold, and all
// but one of HTTP/2, are closed again. [Run] refuses the task if n is not positive.
func ConnectN(name string, n int, call func(context.Context) error) Task {
	if n < 1 {
		return wrongTask(name, fmt.Errorf("coldstart: ConnectN %q: n is %d: it must be positive", name, n))
	}
	return connect(name, n, connectTimeout, call)
}

func connect(name string, n int, timeout time.Duration, call func(context.Context) error) Task {
	if call == nil {
		return Task{Name: name} // Run says that it has no Do
	}
	return Task{Name: name, Do: func(ctx context.Context) error {
		ctx, cancel := context.WithTimeout(ctx, timeout)
		defer cancel()
		d := &dryRun{cancel: cancel}
		if !inRun(ctx) || connectsEarly(Initialization()) {
			d.connections = n
		}
		return d.result(call(context.WithValue(ctx, dryRunKey{}, d)))
	}}
}

// connectsEarly says whether the first invocation follows initialisation soon enough.
func connectsEarly(t InitializationType) bool {
	return t == OnDemand || t == ManagedInstances || t == ""
}

// wrongTask is a task that Run refuses. Who calls its Do as it is gets the error from that.
func wrongTask(name string, err error) Task {
	return Task{Name: name, Do: func(context.Context) error { return err }, wrong: err}
}

// Credentials returns a task that fetches credentials, which are then in the cache that aws.Config's Credentials have.
// Connect tasks do so too. Under SnapStart they are part of the snapshot, and are fetched again when they have expired;
// where they must not be part of it, set the task's Only.
func Credentials(name string, provider aws.CredentialsProvider) Task {
	if provider == nil {
		return wrongTask(name, fmt.Errorf("coldstart: Credentials %q: there is no provider: is the aws.Config loaded?", name))
	}
	return Task{Name: name, Do: func(ctx context.Context) error {
		_, err := provider.Retrieve(ctx)
		return err
	}}
}

// errNoDryRun is the error of a Connect task whose call never came to an HTTPClient. If it reached a service, it did so for
// real.
var errNoDryRun = errors.New("the call came to no HTTPClient of coldstart: give its SDK client one, or make the call in a plain Task")
