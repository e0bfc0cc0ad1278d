package lambdaruntime

import "syscall"

// processAttributes puts the process into a group of its own and lets the kernel kill it when this process dies, however
// that happens. Processes that it starts itself are not covered by the second.
func processAttributes() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
}
