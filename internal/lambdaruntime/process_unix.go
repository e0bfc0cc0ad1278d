//go:build unix

package lambdaruntime

import (
	"os"
	"syscall"
)

// killProcess kills a process with everything that it started and that stayed in its group.
func killProcess(p *os.Process) {
	_ = syscall.Kill(-p.Pid, syscall.SIGKILL) // it fails when nothing is left, which is what is wanted
}
