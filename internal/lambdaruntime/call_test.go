package lambdaruntime

import (
	"regexp"
	"testing"
)

func TestTraceHeader(t *testing.T) {
	t.Parallel()
	const root = `Root=1-5759e988-bd862e3fe1be46a994272793`
	for given, want := range map[string]string{
		"":                  `^Root=1-[0-9a-f]{8}-[0-9a-f]{24};Parent=[0-9a-f]{16};Sampled=1$`,
		"Self=1-x-y":        `^Root=1-[0-9a-f]{8}-[0-9a-f]{24};Parent=[0-9a-f]{16};Sampled=1$`,
		root:                `^` + root + `;Parent=[0-9a-f]{16};Sampled=1$`,
		root + `;Sampled=0`: `^` + root + `;Sampled=0;Parent=[0-9a-f]{16}$`,
		root + `; Parent=53995c3f42cd8ad8; Sampled=?`:             `^` + root + `;Parent=53995c3f42cd8ad8;Sampled=\?$`,
		root + `;Parent=53995c3f42cd8ad8;Sampled=1;Lineage=a:1:0`: `^` + root + `;Parent=53995c3f42cd8ad8;Sampled=1;Lineage=a:1:0$`,
	} {
		if got := traceHeader(given); !regexp.MustCompile(want).MatchString(got) {
			t.Errorf("traceHeader(%q) = %q, want %s", given, got, want)
		}
	}
}
