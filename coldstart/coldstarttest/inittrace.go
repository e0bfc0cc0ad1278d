package coldstarttest

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// parseInit reads a line of GODEBUG=inittrace=1, as package runtime documents it:
//
//	init internal/bytealg @0.008 ms, 0 ms clock, 0 bytes, 0 allocs
func parseInit(line string) (PackageInit, bool) {
	f := strings.Fields(line)
	if len(f) != 11 || f[0] != "init" || !strings.HasPrefix(f[2], "@") ||
		f[3] != "ms," || f[5] != "ms" || f[6] != "clock," || f[8] != "bytes," || f[10] != "allocs" {
		return PackageInit{}, false
	}
	size, err := strconv.ParseInt(f[7], 10, 64)
	if err != nil {
		return PackageInit{}, false
	}
	allocations, err := strconv.Atoi(f[9])
	if err != nil {
		return PackageInit{}, false
	}
	return PackageInit{Package: f[1], Allocations: allocations, Bytes: size}, true
}

// parseTrace returns the packages of a trace that allocated, most allocations first.
func parseTrace(lines []string) ([]PackageInit, error) {
	var packages []PackageInit
	seen := false
	for _, line := range lines {
		p, ok := parseInit(line)
		seen = seen || ok
		if p.Allocations > 0 {
			packages = append(packages, p)
		}
	}
	if !seen {
		return nil, fmt.Errorf("it printed no trace of its initialisation: is it a Go program?")
	}
	slices.SortFunc(packages, func(a, b PackageInit) int {
		return cmp.Or(cmp.Compare(b.Allocations, a.Allocations), cmp.Compare(a.Package, b.Package))
	})
	return packages, nil
}
