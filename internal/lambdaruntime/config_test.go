package lambdaruntime

import (
	"maps"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"
)

func countLines(lines []string, pattern string) int {
	re := regexp.MustCompile(pattern)
	n := 0
	for _, line := range lines {
		if re.MatchString(line) {
			n++
		}
	}
	return n
}

func TestConfigIsChecked(t *testing.T) {
	t.Parallel()
	good := Config{Name: "f", Binary: functionBinary}
	for _, test := range []struct {
		name   string
		change func(*Config)
		want   string
	}{
		{"no name", func(c *Config) { c.Name = "" }, `Name ""`},
		{"name", func(c *Config) { c.Name = "a b" }, `Name "a b"`},
		{"no binary", func(c *Config) { c.Binary = "" }, "Binary is empty"},
		{"missing binary", func(c *Config) { c.Binary = "testdata/nothing" }, "nothing"},
		{"folder", func(c *Config) { c.Binary = "testdata" }, "not a file"},
		{"account", func(c *Config) { c.AccountID = "12" }, `AccountID "12"`},
		{"region", func(c *Config) { c.Region = "Europe" }, `Region "Europe"`},
		{"time-out", func(c *Config) { c.Timeout = 16 * time.Minute }, "Timeout 16m0s"},
		{"negative time-out", func(c *Config) { c.Timeout = -1 }, "Timeout -1ns"},
		{"init time-out", func(c *Config) { c.InitTimeout = -1 }, "InitTimeout -1ns"},
		{"memory", func(c *Config) { c.MemoryMB = 64 }, "MemoryMB 64"},
		{"concurrency", func(c *Config) { c.MaxConcurrency = -1 }, "MaxConcurrency -1"},
		{"per environment", func(c *Config) { c.PerEnvironment = 1601 }, "PerEnvironment 1601"},
		{"concurrency and environments", func(c *Config) { c.PerEnvironment, c.MaxConcurrency = 4, 6 }, "MaxConcurrency 6"},
		{"frozen instances", func(c *Config) { c.PerEnvironment, c.Freeze = 4, true }, "Freeze: nothing is frozen"},
		{"reserved", func(c *Config) { c.Environment = map[string]string{"AWS_REGION": "x"} }, `Environment "AWS_REGION"`},
		{"managed instances", func(c *Config) { c.Environment = map[string]string{"AWS_LAMBDA_MAX_CONCURRENCY": "2"} }, `"AWS_LAMBDA_MAX_CONCURRENCY"`},
		{"variable", func(c *Config) { c.Environment = map[string]string{"A=B": "x"} }, `Environment "A=B"`},
		{"variables", func(c *Config) { c.Environment = map[string]string{"BIG": strings.Repeat("x", 4094)} }, "4097 bytes"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			cfg := good
			test.change(&cfg)
			f, err := Start(cfg)
			if err == nil {
				f.Close()
				t.Fatal("Start took it")
			}
			if !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want it to name %s", err, test.want)
			}
		})
	}
	// All at once.
	_, err := Start(Config{Region: "x", MemoryMB: 1})
	for _, want := range []string{"Name", "Binary", "Region", "MemoryMB"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v does not name %s", err, want)
		}
	}
}

func TestDefaults(t *testing.T) {
	t.Parallel()
	cfg, err := Config{Name: "f", Binary: functionBinary}.withDefaults()
	if err != nil {
		t.Fatal(err)
	}
	if cfg.Timeout != 3*time.Second || cfg.InitTimeout != 10*time.Second || cfg.MemoryMB != 128 || cfg.Region != "us-east-1" ||
		cfg.AccountID != "123456789012" || cfg.MaxConcurrency != 10 || cfg.Handler != "bootstrap" || cfg.Logs == nil {
		t.Errorf("got %+v", cfg)
	}
	cfg, err = Config{Name: "f", Binary: functionBinary, PerEnvironment: 16}.withDefaults()
	if err != nil || cfg.MaxConcurrency != 16 || cfg.InitTimeout != 130*time.Second {
		t.Errorf("managed: %+v, %v", cfg, err)
	}
}

// A process sees Lambda's variables and its function's, and nothing of this process's own.
func TestEnvironmentVariables(t *testing.T) {
	t.Setenv("AWS_PROFILE", "production")
	t.Setenv("AWS_CA_BUNDLE", "/etc/bundle.pem")
	f := start(t, Config{
		Name: "env", Region: "eu-west-1", MemoryMB: 512, Handler: "main",
		Environment: map[string]string{"TABLE_NAME": "t", "AWS_ACCESS_KEY_ID": "mine", "INIT": ""},
	})
	got := map[string]string{}
	for _, variable := range invoke[[]string](t, f, `{"do":"environment"}`) {
		name, value, _ := strings.Cut(variable, "=")
		got[name] = value
	}
	api := got["AWS_LAMBDA_RUNTIME_API"]
	if !regexp.MustCompile(`^127\.0\.0\.1:\d+$`).MatchString(api) {
		t.Errorf("AWS_LAMBDA_RUNTIME_API=%s", api)
	}
	want := map[string]string{
		"AWS_ACCESS_KEY_ID": "mine", "AWS_SECRET_ACCESS_KEY": "local", "AWS_SESSION_TOKEN": "local",
		"AWS_REGION": "eu-west-1", "AWS_DEFAULT_REGION": "eu-west-1", "AWS_EC2_METADATA_DISABLED": "true",
		"AWS_EXECUTION_ENV": "AWS_Lambda_provided.al2023", "AWS_LAMBDA_FUNCTION_NAME": "env",
		"AWS_LAMBDA_FUNCTION_VERSION": "$LATEST", "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "512",
		"AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand", "AWS_LAMBDA_LOG_GROUP_NAME": "/aws/lambda/env",
		"AWS_LAMBDA_LOG_STREAM_NAME": f.Environments()[0].ID, "AWS_LAMBDA_RUNTIME_API": api,
		"LAMBDA_TASK_ROOT": filepath.Dir(functionBinary), "LAMBDA_RUNTIME_DIR": "/var/runtime", "_HANDLER": "main",
		"LANG": "en_US.UTF-8", "TZ": ":UTC", "PATH": "/usr/local/bin:/usr/bin/:/bin:/opt/bin",
		"TABLE_NAME": "t", "INIT": "",
		"_X_AMZN_TRACE_ID": got["_X_AMZN_TRACE_ID"], // aws-lambda-go sets it
	}
	if runtime.GOOS == "windows" {
		want["SYSTEMROOT"] = got["SYSTEMROOT"] // os/exec adds it: nothing runs without
	}
	for _, name := range slices.Sorted(maps.Keys(want)) {
		if value, ok := got[name]; !ok || value != want[name] {
			t.Errorf("%s=%q, want %q", name, value, want[name])
		}
	}
	for _, name := range slices.Sorted(maps.Keys(got)) {
		if _, ok := want[name]; !ok {
			t.Errorf("%s is passed through", name)
		}
	}
}
