// Package replay is an HTTP server for benchmarks of clients of AWS's JSON protocols. It asks another handler for the answer to
// the first request of each operation, and from then on gives the same bytes to every request of that operation: what a benchmark
// measures is then the client and the loopback interface, and next to nothing of a server. The server allocates nothing for a
// request that it replays, so that the allocations of a process that holds both are the client's.
package replay

import (
	"bufio"
	"bytes"
	"fmt"
	"hash/crc32"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strconv"
	"sync"
)

// A Server listens on a free port of the loopback interface. It is safe for concurrent use.
type Server struct {
	first    http.Handler
	listener net.Listener
	running  sync.WaitGroup

	mu          sync.Mutex
	answers     map[string][]byte // operation to a whole response
	connections map[net.Conn]struct{}
	closed      bool
}

// Start starts a server that asks first for the first answer to each operation, which is what the header X-Amz-Target names. The
// answers have the header X-Amz-Crc32, as those of DynamoDB have. Close must be called.
func Start(first http.Handler) (*Server, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("replay: %w", err)
	}
	s := &Server{first: first, listener: listener, answers: map[string][]byte{}, connections: map[net.Conn]struct{}{}}
	s.running.Go(s.accept)
	return s, nil
}

// URL is the server's address, http://127.0.0.1:….
func (s *Server) URL() string { return "http://" + s.listener.Addr().String() }

// Close ends the server and its connections and waits for them.
func (s *Server) Close() error {
	s.mu.Lock()
	s.closed = true
	for c := range s.connections {
		_ = c.Close()
	}
	s.mu.Unlock()
	err := s.listener.Close()
	s.running.Wait()
	return err
}

func (s *Server) accept() {
	for {
		c, err := s.listener.Accept()
		if err != nil {
			return
		}
		s.mu.Lock()
		if s.closed {
			s.mu.Unlock()
			_ = c.Close()
			return
		}
		s.connections[c] = struct{}{}
		s.mu.Unlock()
		s.running.Go(func() {
			_ = s.serve(c) // the client sees that its connection ends
			_ = c.Close()
			s.mu.Lock()
			delete(s.connections, c)
			s.mu.Unlock()
		})
	}
}

// serve answers the requests of one connection. Bodies must have a Content-Length.
func (s *Server) serve(c net.Conn) error {
	r := bufio.NewReaderSize(c, 64<<10)
	var head []byte
	for {
		head = head[:0]
		var target []byte
		length := 0
		for {
			line, err := r.ReadSlice('\n')
			if err != nil {
				return err
			}
			head = append(head, line...)
			if line = bytes.TrimRight(line, "\r\n"); len(line) == 0 {
				break
			}
			if v, ok := header(line, "x-amz-target:"); ok {
				target = append(target[:0], v...)
			} else if v, ok := header(line, "content-length:"); ok {
				for _, digit := range v {
					length = 10*length + int(digit-'0')
				}
			}
		}
		s.mu.Lock()
		answer := s.answers[string(target)]
		s.mu.Unlock()
		if answer == nil {
			body := make([]byte, length)
			if _, err := io.ReadFull(r, body); err != nil {
				return err
			}
			var err error
			if answer, err = s.ask(head, body, string(target)); err != nil {
				return err
			}
		} else if _, err := r.Discard(length); err != nil {
			return err
		}
		if _, err := c.Write(answer); err != nil {
			return err
		}
	}
}

// header returns the value of a header line that begins with name, which is in lower case and ends in a colon.
func header(line []byte, name string) ([]byte, bool) {
	if len(line) < len(name) || !bytes.EqualFold(line[:len(name)], []byte(name)) {
		return nil, false
	}
	return bytes.TrimSpace(line[len(name):]), true
}

// ask makes the answer to an operation.
func (s *Server) ask(head, body []byte, target string) ([]byte, error) {
	request, err := http.ReadRequest(bufio.NewReader(io.MultiReader(bytes.NewReader(head), bytes.NewReader(body))))
	if err != nil {
		return nil, err
	}
	recorder := httptest.NewRecorder()
	s.first.ServeHTTP(recorder, request)
	text := recorder.Body.Bytes()
	answer := fmt.Appendf(nil, "HTTP/1.1 %d %s\r\nContent-Type: application/x-amz-json-1.0\r\nX-Amzn-Requestid: %s\r\n"+
		"X-Amz-Crc32: %s\r\nContent-Length: %d\r\n\r\n", recorder.Code, http.StatusText(recorder.Code),
		"4KBNVRGD25RG1KEO9UT4V3FQDJVV4KQNSO5AEMVJF66Q9ASUAAJG", strconv.FormatUint(uint64(crc32.ChecksumIEEE(text)), 10), len(text))
	answer = append(answer, text...)
	if recorder.Code == http.StatusOK {
		s.mu.Lock()
		s.answers[target] = answer
		s.mu.Unlock()
	}
	return answer, nil
}
