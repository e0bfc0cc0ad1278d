package lambdaruntime

import (
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strconv"
)

// reserved are the variables that a function's configuration cannot set, from the page "Working with Lambda environment
// variables". AWS_LAMBDA_MAX_CONCURRENCY is here because Config.PerEnvironment sets it: it makes aws-lambda-go, from 1.51 on,
// take several invocations at once in one process.
//
// Lambda reserves AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN too. They may be set here because local
// engines take them as the name of an account or of a database.
var reserved = []string{
	"_HANDLER", "_X_AMZN_TRACE_ID", "_LAMBDA_SERVER_PORT",
	"AWS_DEFAULT_REGION", "AWS_REGION", "AWS_EXECUTION_ENV",
	"AWS_LAMBDA_FUNCTION_NAME", "AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "AWS_LAMBDA_FUNCTION_VERSION",
	"AWS_LAMBDA_INITIALIZATION_TYPE", "AWS_LAMBDA_LOG_GROUP_NAME", "AWS_LAMBDA_LOG_STREAM_NAME",
	"AWS_LAMBDA_MAX_CONCURRENCY", "AWS_LAMBDA_RUNTIME_API", "LAMBDA_TASK_ROOT", "LAMBDA_RUNTIME_DIR",
}

func (cfg Config) checkVariables() error {
	var errs []error
	size := 0
	for _, name := range slices.Sorted(maps.Keys(cfg.Environment)) {
		size += len(name) + len(cfg.Environment[name])
		switch {
		case slices.Contains(reserved, name):
			errs = append(errs, fmt.Errorf("lambdaruntime: Environment %q: Lambda reserves this variable; leave it out", name))
		case !variablePattern.MatchString(name):
			errs = append(errs, fmt.Errorf("lambdaruntime: Environment %q: begin with a letter; use 2 or more letters, digits and underscores", name))
		}
	}
	if size > maxVariablesSize {
		errs = append(errs, fmt.Errorf("lambdaruntime: Environment: %d bytes in all; Lambda takes %d at most", size, maxVariablesSize))
	}
	return errors.Join(errs...)
}

// variables returns the whole environment of a process. Nothing of this process's own environment goes in: a function that
// works only because of the developer's shell fails on Lambda. So there is no HOME and no AWS_PROFILE, whose files would
// lend it real credentials; no HTTP_PROXY, through which it would reach its local endpoints; and no AWS_CA_BUNDLE, with
// which config.LoadDefaultConfig refuses any HTTP client that is given to it but the SDK's own BuildableClient.
//
// Three kinds of Lambda's own variables are left out: LD_LIBRARY_PATH, which names Amazon Linux's folders;
// AWS_XRAY_DAEMON_ADDRESS, as no daemon listens; and those of Lambda's extensions. AWS_EC2_METADATA_DISABLED, which Lambda
// does not set, keeps the SDK from asking the network for an instance's credentials.
func (cfg Config) variables(runtimeAPI, logStream string) []string {
	vars := map[string]string{
		"AWS_ACCESS_KEY_ID":         "local",
		"AWS_SECRET_ACCESS_KEY":     "local",
		"AWS_SESSION_TOKEN":         "local",
		"AWS_EC2_METADATA_DISABLED": "true",
		"LANG":                      "en_US.UTF-8",
		"PATH":                      "/usr/local/bin:/usr/bin/:/bin:/opt/bin",
		"TZ":                        ":UTC",
	}
	maps.Copy(vars, cfg.Environment)
	maps.Copy(vars, map[string]string{
		"AWS_DEFAULT_REGION":              cfg.Region,
		"AWS_EXECUTION_ENV":               "AWS_Lambda_provided.al2023",
		"AWS_LAMBDA_FUNCTION_MEMORY_SIZE": strconv.Itoa(cfg.MemoryMB),
		"AWS_LAMBDA_FUNCTION_NAME":        cfg.Name,
		"AWS_LAMBDA_FUNCTION_VERSION":     version,
		"AWS_LAMBDA_INITIALIZATION_TYPE":  "on-demand",
		"AWS_LAMBDA_LOG_GROUP_NAME":       "/aws/lambda/" + cfg.Name,
		"AWS_LAMBDA_LOG_STREAM_NAME":      logStream,
		"AWS_LAMBDA_RUNTIME_API":          runtimeAPI,
		"AWS_REGION":                      cfg.Region,
		"LAMBDA_RUNTIME_DIR":              "/var/runtime",
		"LAMBDA_TASK_ROOT":                filepath.Dir(cfg.Binary),
		"_HANDLER":                        cfg.Handler,
	})
	if cfg.managed() {
		vars["AWS_LAMBDA_INITIALIZATION_TYPE"] = "lambda-managed-instances"
		vars["AWS_LAMBDA_MAX_CONCURRENCY"] = strconv.Itoa(cfg.PerEnvironment)
	}
	list := make([]string, 0, len(vars))
	for _, name := range slices.Sorted(maps.Keys(vars)) {
		list = append(list, name+"="+vars[name])
	}
	return list
}

// version is the only version there is here: the unpublished one.
const version = "$LATEST"

func (cfg Config) arn() string {
	return "arn:aws:lambda:" + cfg.Region + ":" + cfg.AccountID + ":function:" + cfg.Name
}
