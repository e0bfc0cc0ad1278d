package tracingotlp

import (
	"cmp"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"
)

const (
	daemonVariable = "AWS_XRAY_DAEMON_ADDRESS"
	prefix         = "OTEL_EXPORTER_OTLP_"
	tracesPrefix   = "OTEL_EXPORTER_OTLP_TRACES_"

	tracesPath       = "/v1/traces"
	defaultCollector = "http://localhost:4318" + tracesPath
	defaultTimeout   = 10 * time.Second
)

// environment is what the environment says where the options do not (OpenTelemetry, "OpenTelemetry Environment Variable
// Specification" and "OpenTelemetry Protocol Exporter").
type environment struct {
	disabled bool // nothing is recorded
	none     bool // nothing is exported
	endpoint *url.URL
	daemon   string
	header   http.Header
	gzip     bool
	timeout  time.Duration
	queue    int
}

func getenv(name string) string { return strings.TrimSpace(os.Getenv(name)) }

// lookup returns the variable for traces, otherwise the one for all signals.
func lookup(name string) (variable, value string) {
	if v := getenv(tracesPrefix + name); v != "" {
		return tracesPrefix + name, v
	}
	return prefix + name, getenv(prefix + name)
}

func readEnvironment(c *config) (*environment, error) {
	e := &environment{timeout: cmp.Or(c.timeout, defaultTimeout), queue: cmp.Or(c.queue, defaultQueue)}
	if e.disabled = strings.EqualFold(getenv("OTEL_SDK_DISABLED"), "true"); e.disabled {
		return e, nil
	}
	if err := checkSampler(); err != nil {
		return nil, err
	}
	switch exporter := getenv("OTEL_TRACES_EXPORTER"); exporter {
	case "", "otlp":
	case "none":
		// An option in the code asks for a destination, and the environment takes it away: for tests and emergencies.
		e.none = true
		return e, nil
	default:
		return nil, wrong("OTEL_TRACES_EXPORTER", "%q is not there: use otlp or none", exporter)
	}
	if v := getenv("OTEL_BSP_MAX_QUEUE_SIZE"); v != "" && c.queue == 0 {
		n, err := strconv.ParseInt(v, 10, 31)
		if err != nil || n < 1 {
			return nil, wrong("OTEL_BSP_MAX_QUEUE_SIZE", "%q is no number of spans", v)
		}
		e.queue = int(n)
	}
	if err := e.readDestination(c); err != nil {
		return nil, err
	}
	if e.endpoint == nil {
		return e, nil // the rest is for HTTP, if there is a destination at all
	}
	return e, e.readHTTP(c)
}

func (e *environment) readDestination(c *config) error {
	e.endpoint, e.daemon = c.endpoint, c.daemon
	if e.endpoint != nil || e.daemon != "" {
		return nil
	}
	if v := getenv(tracesPrefix + "ENDPOINT"); v != "" {
		u, err := parseEndpoint(tracesPrefix+"ENDPOINT", v)
		if err != nil {
			return err
		}
		if u.Path == "" {
			u.Path = "/"
		}
		e.endpoint = u
		return nil
	}
	if v := getenv(prefix + "ENDPOINT"); v != "" {
		u, err := parseEndpoint(prefix+"ENDPOINT", v)
		if err != nil {
			return err
		}
		e.endpoint = u.JoinPath(tracesPath)
		return nil
	}
	if v := getenv(daemonVariable); v != "" {
		address, ok := daemonAddress(v)
		if !ok {
			return wrong(daemonVariable, "%q is no address: use host:port", v)
		}
		e.daemon = address
		return nil
	}
	if e.disabled = c.noDefault; e.disabled {
		return nil
	}
	u, err := parseEndpoint("the default", defaultCollector)
	e.endpoint = u
	return err
}

func (e *environment) readHTTP(c *config) error {
	if name, v := lookup("PROTOCOL"); v != "" && v != "http/protobuf" {
		return wrong(name, "%q is not there: use http/protobuf, which collectors take on port 4318", v)
	}
	for _, name := range []string{"CERTIFICATE", "CLIENT_CERTIFICATE", "CLIENT_KEY"} {
		if name, v := lookup(name); v != "" && c.client == nil {
			return wrong(name, "it is not read: use WithHTTPClient")
		}
	}
	e.gzip = c.gzip
	switch name, v := lookup("COMPRESSION"); {
	case v == "gzip":
		e.gzip = true
	case v != "" && v != "none":
		return wrong(name, "%q is not there: use gzip or none", v)
	}
	if name, v := lookup("TIMEOUT"); v != "" && c.timeout == 0 {
		ms, err := strconv.ParseInt(v, 10, 32)
		if err != nil || ms < 1 {
			return wrong(name, "%q is no number of milliseconds", v)
		}
		e.timeout = time.Duration(ms) * time.Millisecond
	}
	e.header = http.Header{}
	if name, v := lookup("HEADERS"); v != "" {
		if err := readHeaders(e.header, name, v); err != nil {
			return err
		}
	}
	for name, values := range c.header {
		e.header[name] = values
	}
	return nil
}

func (e *environment) sender(c *config) (sender, error) {
	if e.endpoint == nil {
		s, err := newUDPSender(e.daemon)
		if err != nil {
			return nil, wrong("the X-Ray daemon's address "+e.daemon, "%v", err)
		}
		return s, nil
	}
	s := &httpSender{url: e.endpoint, header: e.header, gzip: e.gzip, timeout: e.timeout, client: c.client, sign: c.sign}
	if s.client == nil {
		s.client, s.own = newClient(), true
	}
	return s, nil
}

// parseEndpoint does not say what it was given: there may be a password in it.
func parseEndpoint(setting, rawURL string) (*url.URL, error) {
	u, err := url.Parse(rawURL)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return nil, wrong(setting, "it is no URL that begins with http:// or https:// and has a host, such as http://localhost:4318")
	}
	return u, nil
}

// readHeaders reads "name=value,name=value" with values in URL encoding.
func readHeaders(h http.Header, setting, list string) error {
	for i, pair := range strings.Split(list, ",") {
		if strings.TrimSpace(pair) == "" {
			continue
		}
		name, value, ok := strings.Cut(pair, "=")
		if !ok {
			return wrong(setting, "header %d has no =", i+1)
		}
		value, err := url.PathUnescape(strings.TrimSpace(value))
		if err != nil {
			return wrong(setting, "the value of header %d is not URL-encoded", i+1)
		}
		name = strings.TrimSpace(name)
		if err := checkHeader(setting, name, value); err != nil {
			return err
		}
		h.Set(name, value)
	}
	return nil
}

func checkHeader(setting, name, value string) error {
	token := name != ""
	for _, c := range []byte(name) {
		token = token && (c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || strings.IndexByte("!#$%&'*+-.^_`|~", c) >= 0)
	}
	if !token {
		return wrong(setting, "%q is no name of a header", name)
	}
	for _, c := range []byte(value) {
		if c < ' ' && c != '\t' || c == 0x7f {
			return wrong(setting, "the value of %s has characters that a header may not have", name)
		}
	}
	return nil
}

// checkSampler finds what the SDK, which reads the variables, would only log.
func checkSampler() error {
	sampler := strings.ToLower(getenv("OTEL_TRACES_SAMPLER"))
	known := []string{"", "always_on", "always_off", "traceidratio", "parentbased_always_on", "parentbased_always_off", "parentbased_traceidratio"}
	if !slices.Contains(known, sampler) {
		return wrong("OTEL_TRACES_SAMPLER", "%q is not there: use one of %s", sampler, strings.Join(known[1:], ", "))
	}
	if arg := getenv("OTEL_TRACES_SAMPLER_ARG"); arg != "" && strings.HasSuffix(sampler, "traceidratio") {
		if ratio, err := strconv.ParseFloat(arg, 64); err != nil || !(ratio >= 0 && ratio <= 1) {
			return wrong("OTEL_TRACES_SAMPLER_ARG", "%q is no ratio from 0 to 1", arg)
		}
	}
	return nil
}
