//go:build unix

package lambdaruntime

import (
	"os"
	"syscall"
)

// canFreeze says that freezeProcess stops processes.
const canFreeze = true

// freezeProcess stops a process with everything that it started and that stayed in its group, until thawProcess.
func freezeProcess(p *os.Process) {
	_ = syscall.Kill(-p.Pid, syscall.SIGSTOP) // it fails when nothing is left, which its exit tells
}

// thawProcess lets go on what freezeProcess stopped.
func thawProcess(p *os.Process) {
	_ = syscall.Kill(-p.Pid, syscall.SIGCONT)
}

// killProcess kills a process with everything that it started and that stayed in its group.
func killProcess(p *os.Process) {
	_ = syscall.Kill(-p.Pid, syscall.SIGKILL) // it fails when nothing is left, which is what is wanted
}
