//go:build unix

package coldstart_test

import (
	"bufio"
	"context"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/lambdapatterns/lambdapatterns/coldstart"
)

// The client of the process that is frozen: the SDK's own, or an HTTPClient whose IdleTimeout is above or below the time
// that it is frozen for.
const (
	sdkClient    = "sdk"
	replayClient = "replay"
	idleClient   = "idle"
)

// TestFrozenProcess is the process that the tests below freeze: it makes a call for each line of its input and writes
// how many nanoseconds it took.
func TestFrozenProcess(t *testing.T) {
	url, kind := os.Getenv("FREEZE_URL"), os.Getenv("FREEZE_CLIENT")
	if url == "" {
		t.Skip("this is the process that other tests freeze")
	}
	certificate, err := os.ReadFile(os.Getenv("FREEZE_ROOTS"))
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(certificate)
	var client aws.HTTPClient = awshttp.NewBuildableClient().WithTransportOptions(func(tr *http.Transport) {
		tr.TLSClientConfig.RootCAs = roots
	})
	if kind != sdkClient {
		cfg := coldstart.HTTPConfig{IdleTimeout: time.Hour}
		if kind == idleClient {
			cfg.IdleTimeout = frozen / 2
		}
		if client, err = cfg.NewHTTPClient(client); err != nil {
			t.Fatal(err)
		}
	}
	table := dynamodb.New(dynamodb.Options{BaseEndpoint: &url, Region: "eu-central-1", Credentials: static, HTTPClient: client, AppID: kind})
	in := bufio.NewScanner(os.Stdin)
	for in.Scan() {
		began := time.Now()
		err := getItem(context.Background(), table)
		fmt.Println(time.Since(began).Nanoseconds(), err == nil)
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
		}
	}
}

// frozen is how long the processes are frozen for.
const frozen = 200 * time.Millisecond

// freezer has processes to freeze.
type freezer struct {
	s     *service
	roots string
}

func newFreezer(tb testing.TB, http2 bool) *freezer {
	f := &freezer{s: newService(tb, http2), roots: filepath.Join(tb.TempDir(), "roots.pem")}
	block := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: f.s.Certificate().Raw})
	if err := os.WriteFile(f.roots, block, 0o600); err != nil {
		tb.Fatal(err)
	}
	return f
}

// process is a child that makes calls.
type process struct {
	cmd *exec.Cmd
	in  io.WriteCloser
	out *bufio.Reader
}

func (f *freezer) start(kind string) (*process, error) {
	cmd := exec.Command(os.Args[0], "-test.run=^TestFrozenProcess$")
	// As Lambda runs small functions, and as the goroutine that would notice the end of a connection gets no processor.
	cmd.Env = []string{"GOMAXPROCS=1", "FREEZE_URL=" + f.s.URL, "FREEZE_CLIENT=" + kind, "FREEZE_ROOTS=" + f.roots, "AWS_EC2_METADATA_DISABLED=true"}
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	return &process{cmd, in, bufio.NewReader(out)}, nil
}

// ask has a call made, and read reads how long it took.
func (p *process) ask() error {
	_, err := io.WriteString(p.in, "call\n")
	return err
}

func (p *process) read() (time.Duration, error) {
	line, err := p.out.ReadString('\n')
	if err != nil {
		return 0, err
	}
	took, ok := strings.CutSuffix(strings.TrimSpace(line), " true")
	n, err := strconv.ParseInt(took, 10, 64)
	if !ok || err != nil {
		return 0, fmt.Errorf("the process wrote %q", line)
	}
	return time.Duration(n), nil
}

func (p *process) stop() {
	_ = p.in.Close()
	_ = p.cmd.Process.Signal(syscall.SIGCONT)
	_ = p.cmd.Process.Kill()
	_ = p.cmd.Wait()
}

// firstCalls freezes n processes of each kind for a while in which their connections are lost, and returns how long their
// first calls after it took, sorted.
func (f *freezer) firstCalls(tb testing.TB, lose func(), n int, kinds ...string) map[string][]time.Duration {
	tb.Helper()
	var all []*process
	var of []string
	for _, kind := range kinds {
		for range n {
			p, err := f.start(kind)
			if err != nil {
				tb.Fatal(err)
			}
			tb.Cleanup(p.stop)
			all, of = append(all, p), append(of, kind)
		}
	}
	for _, p := range all {
		if err := p.ask(); err != nil {
			tb.Fatal(err)
		}
		if _, err := p.read(); err != nil { // connected
			tb.Fatal(err)
		}
		if err := p.cmd.Process.Signal(syscall.SIGSTOP); err != nil {
			tb.Fatal(err)
		}
	}
	time.Sleep(frozen)
	lose()
	// As on Lambda the invocation is there when the process thaws.
	for _, p := range all {
		if err := p.ask(); err != nil {
			tb.Fatal(err)
		}
	}
	took := map[string][]time.Duration{}
	var mu sync.Mutex
	var group sync.WaitGroup
	for i, p := range all {
		if err := p.cmd.Process.Signal(syscall.SIGCONT); err != nil {
			tb.Fatal(err)
		}
		group.Go(func() {
			d, err := p.read()
			mu.Lock()
			defer mu.Unlock()
			if err != nil {
				tb.Errorf("%s: %v", of[i], err)
				return
			}
			took[of[i]] = append(took[of[i]], d)
		})
		time.Sleep(20 * time.Millisecond) // one after the other: it is not their number that is measured
	}
	group.Wait()
	for _, d := range took {
		slices.Sort(d)
	}
	return took
}

// The first call after a freeze in which all connections were lost needs no second attempt of the SDK. How long it takes is
// for the benchmark to say.
func TestFirstCallAfterAFreeze(t *testing.T) {
	t.Parallel()
	t.Run("closed", func(t *testing.T) {
		t.Parallel()
		f := newFreezer(t, false)
		// The kernel of a process that SIGSTOP stops lives, so that even the SDK's client can find out in time. No retry of
		// it is certain.
		f.check(t, f.firstCalls(t, f.s.CloseClientConnections, 3, replayClient, idleClient))
	})
	t.Run("forgotten", func(t *testing.T) {
		t.Parallel()
		f := newFreezer(t, false)
		// A machine that is paused whole, as Lambda's are, hears of the end of a connection when it is thawed, or has sent.
		f.check(t, f.firstCalls(t, f.s.forget, 3, sdkClient, replayClient, idleClient))
	})
	t.Run("closed, HTTP/2", func(t *testing.T) {
		t.Parallel()
		f := newFreezer(t, true)
		f.check(t, f.firstCalls(t, f.s.CloseClientConnections, 3, idleClient)) // no replay is to be had
	})
}

// check counts the SDK's retries: none with this package's client, and some with the SDK's own, or there would be nothing to test.
// On a busy machine not every call of the SDK's meets a dead connection: one that learns of it in time dials another.
func (f *freezer) check(t *testing.T, took map[string][]time.Duration) {
	if t.Failed() {
		return
	}
	requests, _ := f.s.seen()
	for kind, d := range took {
		retries := 0
		for _, r := range requests {
			if strings.Contains(r.header.Get("User-Agent"), "app/"+kind) && !strings.HasPrefix(r.attempt, "attempt=1;") {
				retries++
			}
		}
		t.Logf("%s: %d retries, %v", kind, retries, d)
		if (retries > 0) != (kind == sdkClient) {
			t.Errorf("%s: the SDK retried %d of %d calls", kind, retries, len(d))
		}
	}
}
