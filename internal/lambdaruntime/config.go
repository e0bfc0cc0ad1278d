package lambdaruntime

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"time"
)

// Config describes a function. Name and Binary are required.
type Config struct {
	// Name is the function's name: 1 to 64 letters, digits, hyphens and underscores.
	Name string
	// Binary is the path of the compiled function, as Build returns it. Its folder is the process's working directory and
	// its LAMBDA_TASK_ROOT.
	Binary string
	// Handler is the value of _HANDLER. Defaults to "bootstrap".
	Handler string
	// Timeout ends an invocation and kills its process. Defaults to 3 s as on Lambda; 15 minutes at most.
	Timeout time.Duration
	// MemoryMB is what the function is told about its memory, 128 to 10240. Defaults to 128. It is not enforced.
	MemoryMB int
	// Region defaults to "us-east-1".
	Region string
	// AccountID defaults to "123456789012".
	AccountID string
	// MaxConcurrency is the function's reserved concurrency: how many invocations run, and so how many processes exist, at
	// once. Defaults to 10, the quota of a new account, or to PerEnvironment.
	MaxConcurrency int
	// PerEnvironment makes the function one of Lambda Managed Instances, whose every execution environment runs up to so many
	// invocations at once: 1 to 1600. Defaults to 0, the usual Lambda with one at a time. MaxConcurrency is a multiple of it
	// then, and says how many environments there are.
	PerEnvironment int
	// InitTimeout ends an initialisation. Defaults to 10 s as on Lambda; with PerEnvironment to 130 s, or Timeout if that is
	// longer.
	InitTimeout time.Duration
	// Freeze stops an environment's processes, those of its process group, while it waits for its next invocation, as Lambda
	// does. What they have in the background stands still, and peers' time-outs run on. Unlike on Lambda the kernel under
	// them lives and goes on to answer for their connections. Start refuses it where processes cannot be stopped, which is
	// everywhere but on Unix. Defaults to false.
	Freeze bool
	// Environment holds the function's own variables, 4 KB in all. Variables that Lambda reserves are refused, but for the
	// credentials, which are dummies where they are not set here.
	Environment map[string]string
	// Logs takes the standard output and standard error of every process and the lines START, END, REPORT and INIT_REPORT,
	// each in one Write at a time. Lines of one invocation can reach it shortly after its END line. Its errors are ignored.
	// Defaults to io.Discard.
	Logs io.Writer
}

var (
	namePattern     = regexp.MustCompile(`^[a-zA-Z0-9_-]{1,64}$`)
	accountPattern  = regexp.MustCompile(`^[0-9]{12}$`)
	regionPattern   = regexp.MustCompile(`^[a-z]{2}(-[a-z]+)+-[0-9]+$`)
	variablePattern = regexp.MustCompile(`^[a-zA-Z][a-zA-Z0-9_]+$`)
)

// maxVariablesSize is the size of all variables of a function, from the page "Lambda quotas".
const maxVariablesSize = 4 << 10

// withDefaults returns cfg completed, or an error that names every wrong setting.
func (cfg Config) withDefaults() (Config, error) {
	cfg.Handler = cmp.Or(cfg.Handler, "bootstrap")
	cfg.Timeout = cmp.Or(cfg.Timeout, 3*time.Second)
	cfg.MemoryMB = cmp.Or(cfg.MemoryMB, 128)
	cfg.Region = cmp.Or(cfg.Region, "us-east-1")
	cfg.AccountID = cmp.Or(cfg.AccountID, "123456789012")
	if cfg.managed() {
		cfg.MaxConcurrency = cmp.Or(cfg.MaxConcurrency, cfg.PerEnvironment)
		cfg.InitTimeout = cmp.Or(cfg.InitTimeout, max(130*time.Second, cfg.Timeout))
	}
	cfg.MaxConcurrency = cmp.Or(cfg.MaxConcurrency, 10)
	cfg.InitTimeout = cmp.Or(cfg.InitTimeout, 10*time.Second)
	if cfg.Logs == nil {
		cfg.Logs = io.Discard
	}

	var errs []error
	wrong := func(format string, args ...any) { errs = append(errs, fmt.Errorf("lambdaruntime: "+format, args...)) }
	if !namePattern.MatchString(cfg.Name) {
		wrong("Name %q: use 1 to 64 letters, digits, hyphens and underscores", cfg.Name)
	}
	if !accountPattern.MatchString(cfg.AccountID) {
		wrong("AccountID %q: use 12 digits", cfg.AccountID)
	}
	if !regionPattern.MatchString(cfg.Region) {
		wrong("Region %q: use a region's code, such as us-east-1", cfg.Region)
	}
	if cfg.Timeout < 0 || cfg.Timeout > 15*time.Minute {
		wrong("Timeout %v: use at most 15 minutes", cfg.Timeout)
	}
	if cfg.InitTimeout < 0 {
		wrong("InitTimeout %v: use a positive duration", cfg.InitTimeout)
	}
	if cfg.MemoryMB < 128 || cfg.MemoryMB > 10240 {
		wrong("MemoryMB %d: use 128 to 10240", cfg.MemoryMB)
	}
	if cfg.MaxConcurrency < 0 {
		wrong("MaxConcurrency %d: use a positive number", cfg.MaxConcurrency)
	}
	if cfg.PerEnvironment < 0 || cfg.PerEnvironment > 1600 {
		wrong("PerEnvironment %d: use 1 to 1600, or 0 for the usual Lambda", cfg.PerEnvironment)
	}
	if cfg.managed() && cfg.MaxConcurrency%cfg.PerEnvironment != 0 {
		wrong("MaxConcurrency %d: use a multiple of PerEnvironment, which is %d", cfg.MaxConcurrency, cfg.PerEnvironment)
	}
	if cfg.managed() && cfg.Freeze {
		wrong("Freeze: nothing is frozen on managed instances; leave it or PerEnvironment out")
	}
	if cfg.Freeze && !canFreeze {
		wrong("Freeze: processes cannot be stopped on %s; leave it out", runtime.GOOS)
	}
	if err := cfg.checkVariables(); err != nil {
		errs = append(errs, err)
	}
	binary, err := checkBinary(cfg.Binary)
	if err != nil {
		errs = append(errs, err)
	}
	cfg.Binary = binary
	return cfg, errors.Join(errs...)
}

// managed tells whether the function runs as on Lambda Managed Instances.
func (cfg Config) managed() bool { return cfg.PerEnvironment > 0 }

// places is how many invocations an environment runs at once.
func (cfg Config) places() int { return max(cfg.PerEnvironment, 1) }

// checkBinary returns the absolute path: the process starts in another folder.
func checkBinary(path string) (string, error) {
	if path == "" {
		return "", errors.New("lambdaruntime: Binary is empty: give the path that Build returned")
	}
	absolute, err := filepath.Abs(path)
	if err != nil {
		return "", fmt.Errorf("lambdaruntime: Binary %q: %w", path, err)
	}
	info, err := os.Stat(absolute)
	if err != nil {
		return "", fmt.Errorf("lambdaruntime: Binary: %w", err)
	}
	if !info.Mode().IsRegular() {
		return "", fmt.Errorf("lambdaruntime: Binary %q: not a file", path)
	}
	return absolute, nil
}
