package tracingotlp_test

import (
	"os/exec"
	"strings"
	"testing"
)

// What a function links is what it pays for at every cold start.
func TestImports(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("asks the go command")
	}
	for pkg, banned := range map[string][]string{
		".":              {"google.golang.org/", "go.opentelemetry.io/proto", "github.com/aws/", "github.com/lambdapatterns/lambdapatterns/"},
		"./otlpreceiver": {"google.golang.org/grpc", "google.golang.org/genproto", "github.com/grpc-ecosystem", "github.com/aws/", "testing"},
		"./tracingxray":  {"google.golang.org/", "go.opentelemetry.io/proto", "github.com/aws/aws-sdk-go-v2/service/"},
	} {
		out, err := exec.CommandContext(t.Context(), "go", "list", "-deps", pkg).Output()
		if err != nil {
			t.Fatalf("go list %s: %v", pkg, err)
		}
		deps := strings.Fields(string(out))
		if len(deps) < 50 {
			t.Fatalf("%s: go list tells of %d packages", pkg, len(deps))
		}
		self := deps[len(deps)-1]
		for _, d := range deps {
			for _, b := range banned {
				if d != self && (d == b || strings.HasSuffix(b, "/") && strings.HasPrefix(d, b) || strings.HasPrefix(d, b+"/")) {
					t.Errorf("%s links %s", pkg, d)
				}
			}
		}
	}
}
