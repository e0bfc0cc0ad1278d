//go:build !unix

package lambdaruntime

import (
	"os"
	"syscall"
)

// processAttributes sets nothing: there are neither process groups nor a parent-death signal here.
func processAttributes() *syscall.SysProcAttr { return nil }

// canFreeze is false: there is no signal that stops a process here.
const canFreeze = false

func freezeProcess(*os.Process) {}

func thawProcess(*os.Process) {}

// killProcess kills a process, and leaves alone what it started.
func killProcess(p *os.Process) {
	_ = p.Kill() // it fails when nothing is left, which is what is wanted
}
