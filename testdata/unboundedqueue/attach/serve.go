// Package attach collects the output of programs for a client that has
// attached to them.
package attach

import (
	"io"
	"net"
	"sync"
)

// A Buffer holds what the client has not read yet.
type Buffer struct {
	mu     sync.Mutex
	filled *sync.Cond
	buf    []byte
	closed bool
}

// New returns an empty buffer.
func New() *Buffer {
	b := new(Buffer)
	b.filled = sync.NewCond(&b.mu)
	return b
}

// Write keeps p for the client.
func (b *Buffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.buf = append(b.buf, p...) // want `buffer b.buf grows with each .*: .* how much, nothing bounds how far it gets ahead of its consumer \(unboundedqueue/stream-buffer\)`
	b.filled.Signal()
	return len(p), nil
}

// Read waits for output.
func (b *Buffer) Read(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for len(b.buf) == 0 {
		if b.closed {
			return 0, io.EOF
		}
		b.filled.Wait()
	}
	n := copy(p, b.buf)
	b.buf = b.buf[n:]
	return n, nil
}

// Close ends the output.
func (b *Buffer) Close() {
	b.mu.Lock()
	b.closed = true
	b.mu.Unlock()
	b.filled.Signal()
}

// Collect copies the output of each program that connects, one after the
// other, and answers that it has it.
func Collect(ln net.Listener, b *Buffer) error {
	defer b.Close()
	for {
		c, err := ln.Accept()
		if err != nil {
			return err
		}
		if _, err := io.Copy(b, c); err == nil {
			_, _ = io.WriteString(c, "ok\n") // the program may be gone
		}
		c.Close()
	}
}
