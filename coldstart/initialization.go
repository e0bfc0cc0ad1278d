package coldstart

import "os"

// InitializationType is the way in which Lambda initialises the execution environment. AWS may add values, so a
// switch over it needs a default. It is empty outside Lambda.
type InitializationType string

// The initialisation types of AWS's page "Using Lambda environment variables".
const (
	// OnDemand: an invocation is usually waiting. Initialisation may take 10 s; after that Lambda runs it again as
	// part of the invocation. Lambda also initialises environments ahead of need, and calls that on-demand too.
	OnDemand InitializationType = "on-demand"
	// ProvisionedConcurrency: the environment is kept for invocations that may come much later.
	ProvisionedConcurrency InitializationType = "provisioned-concurrency"
	// SnapStart: a snapshot is taken after initialisation, and environments are restored from it later.
	SnapStart InitializationType = "snap-start"
	// ManagedInstances: the environment runs several invocations at once and is never frozen.
	ManagedInstances InitializationType = "lambda-managed-instances"
)

// Initialization returns how this execution environment is initialised, read from AWS_LAMBDA_INITIALIZATION_TYPE at
// every call. Safe for concurrent use.
func Initialization() InitializationType {
	return InitializationType(os.Getenv("AWS_LAMBDA_INITIALIZATION_TYPE"))
}
