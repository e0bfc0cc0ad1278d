//go:build unix && !linux

package lambdaruntime

import "syscall"

// processAttributes puts the process into a group of its own. It dies with this process only where Close is called: there
// is no parent-death signal here. A function that waits in vain for its next invocation sees the connection end and exits.
func processAttributes() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true}
}
