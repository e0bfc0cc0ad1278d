package coldstart

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
)

// DefaultConnectTimeout is how long a [Connect] task tries.
const DefaultConnectTimeout = 2 * time.Second

// Connector holds the settings of a [Connect] task. The zero value is ready for use.
type Connector struct {
	// Connections is how many connections are opened at once; never more than the MaxConnsPerHost of the client's base. It
	// must not be negative. Those that the idle pool does not hold, and all but one of HTTP/2, are closed again. Defaults to
	// AWS_LAMBDA_MAX_CONCURRENCY, which Lambda Managed Instances set, and to 1 without.
	Connections int
	// Timeout is how long the task tries; an earlier deadline of Run counts as well. It must not be negative. Defaults to
	// [DefaultConnectTimeout].
	Timeout time.Duration
	// Always connects in every type of initialisation. It is for hooks that run right before an invocation, as
	// [Start.AfterRestore] does: the task's Do is such a hook. Defaults to false.
	Always bool
}

// Connect returns a task with the default settings. See [Connector.Connect].
func Connect(name string, call func(context.Context) error) Task {
	return Connector{}.Connect(name, call)
}

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
// What the task does depends on the type of initialisation. On demand, on managed instances and outside Lambda it
// connects. Under provisioned concurrency, SnapStart, and types that it does not know, the first invocation may come when
// a connection of now is long gone; it then fetches credentials and loads the root certificates, and leaves connecting to
// the first call. Setting the task's Only would do without these as well.
//
// The task fails if the call fails before it reaches the HTTPClient, if no connection comes about in time, or if the peer
// will not keep it. A call that never reaches an HTTPClient fails with [ErrNoDryRun] if it succeeds. It does so when the
// SDK client has another HTTP client, and then the call was made for real.
//
// Calls to STS and SSO are made for real if they come first: they are how other clients get their credentials.
func (c Connector) Connect(name string, call func(context.Context) error) Task {
	task := Task{Name: name}
	if call == nil {
		return task // Run says that it has no Do
	}
	switch {
	case c.Timeout < 0:
		task.wrong = fmt.Errorf("coldstart: Connect %q: Timeout is %v: it must not be negative", name, c.Timeout)
	case c.Connections < 0:
		task.wrong = fmt.Errorf("coldstart: Connect %q: Connections is %d: it must not be negative", name, c.Connections)
	case c.Connections == 0:
		c.Connections, task.wrong = maxConcurrency()
	}
	if c.Timeout == 0 {
		c.Timeout = DefaultConnectTimeout
	}
	wrong := task.wrong
	task.Do = func(ctx context.Context) error {
		if wrong != nil { // Run says so before; others call it as it is
			return wrong
		}
		ctx, cancel := context.WithTimeout(ctx, c.Timeout)
		defer cancel()
		d := &dryRun{cancel: cancel}
		if c.Always || connectsEarly(Initialization()) {
			d.connections = c.Connections
		}
		return d.result(call(context.WithValue(ctx, dryRunKey{}, d)))
	}
	return task
}

// connectsEarly says whether the first invocation follows initialisation soon enough.
func connectsEarly(t InitializationType) bool {
	return t == OnDemand || t == ManagedInstances || t == ""
}

// Credentials returns a task that fetches credentials, which are then in the cache that aws.Config's Credentials have.
// Connect tasks do so too. Under SnapStart they are part of the snapshot, and are fetched again when they have expired;
// where they must not be part of it, set the task's Only.
func Credentials(name string, provider aws.CredentialsProvider) Task {
	task := Task{Name: name}
	if provider == nil {
		task.wrong = fmt.Errorf("coldstart: Credentials %q: there is no provider: is the aws.Config loaded?", name)
	}
	task.Do = func(ctx context.Context) error {
		_, err := provider.Retrieve(ctx)
		return err
	}
	return task
}

// ErrNoDryRun is the error of a [Connect] task whose call never came to an [HTTPClient]. If it reached a service, it did
// so for real.
var ErrNoDryRun = errors.New("the call came to no HTTPClient of coldstart: give its SDK client one, or make the call in a plain Task")
