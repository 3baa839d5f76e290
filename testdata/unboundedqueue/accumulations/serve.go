// Package accumulations has local slices that a loop over what a peer sends
// appends to.
package accumulations

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
)

var errLimit = errors.New("too much")

type message struct {
	id   int
	body []byte
}

func newMessage(id int, body []byte) *message { return &message{id, body} }

// A list that the peer ends with an empty line.
func headers(c net.Conn) ([]string, error) {
	r := bufio.NewReader(c)
	var all []string
	for {
		line, err := r.ReadString('\n')
		if err != nil {
			return nil, err
		}
		line = strings.TrimSpace(line)
		if line == "" {
			return all, nil
		}
		all = append(all, line) // want `slice all grows with each line: peers decide how many there are before headers goes on, nothing bounds it \(unboundedqueue/queue\)`
	}
}

// The number of lines has a limit.
func limitedHeaders(c net.Conn) ([]string, error) {
	r := bufio.NewReader(c)
	var all []string
	for {
		line, err := r.ReadString('\n')
		if err != nil {
			return nil, err
		}
		if line == "" {
			return all, nil
		}
		if len(all) >= 100 {
			return nil, errLimit
		}
		all = append(all, line)
	}
}

// The sum of their lengths has.
func limitedBytes(c net.Conn) ([]string, error) {
	r := bufio.NewReader(c)
	var all []string
	n := 0
	for {
		line, err := r.ReadString('\n')
		if err != nil {
			return nil, err
		}
		if line == "" {
			return all, nil
		}
		if n += len(line); n > 1<<20 {
			return nil, errLimit
		}
		all = append(all, line)
	}
}

// What is read has.
func limitedReader(c net.Conn) ([]string, error) {
	r := bufio.NewReader(io.LimitReader(c, 1<<20))
	var all []string
	for {
		line, err := r.ReadString('\n')
		if err != nil {
			return all, err
		}
		all = append(all, line)
	}
}

// A batch that is handed on and started again.
func batches(c net.Conn, handle func([]string)) error {
	r := bufio.NewReader(c)
	var batch []string
	for {
		line, err := r.ReadString('\n')
		if err != nil {
			return err
		}
		if line == "." {
			handle(batch)
			batch = nil
			continue
		}
		batch = append(batch, line)
	}
}

// The answer of a server that the program has asked.
func list(addr string) ([]string, error) {
	c, err := net.Dial("tcp", addr)
	if err != nil {
		return nil, err
	}
	defer c.Close()
	fmt.Fprintln(c, "LIST")
	r := bufio.NewReader(c)
	var all []string
	for {
		line, err := r.ReadString('\n')
		if err != nil {
			return all, nil
		}
		all = append(all, line)
	}
}

func number(r io.Reader) (uint32, error) {
	var b [4]byte
	if _, err := io.ReadFull(r, b[:]); err != nil {
		return 0, err
	}
	return binary.BigEndian.Uint32(b[:]), nil
}

type server struct{ maxMessages, maxMessage uint32 }

// The number of messages and the length of each have a limit; what both come
// to has none.
func (s *server) publish(w http.ResponseWriter, r *http.Request) {
	ms, err := s.messages(r.Body)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	fmt.Fprintln(w, len(ms))
}

func (s *server) messages(r io.Reader) ([]*message, error) {
	n, err := number(r)
	if err != nil || n > s.maxMessages {
		return nil, errLimit
	}
	var ms []*message
	for i := uint32(0); i < n; i++ {
		size, err := number(r)
		if err != nil {
			return nil, err
		}
		if size > s.maxMessage {
			return nil, errLimit
		}
		body := make([]byte, size)
		if _, err := io.ReadFull(r, body); err != nil {
			return nil, err
		}
		ms = append(ms, newMessage(int(i), body)) // want `slice ms grows with each element: peers decide how many and how large, each is compared with a limit, their sum is not`
	}
	return ms, nil
}

func (s *server) publishLimited(w http.ResponseWriter, r *http.Request) {
	ms, err := s.limited(r.Body)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	few, err := s.few(r.Body)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	fmt.Fprintln(w, len(ms), len(few))
}

// The sum has one too.
func (s *server) limited(r io.Reader) ([]*message, error) {
	n, err := number(r)
	if err != nil || n > s.maxMessages {
		return nil, errLimit
	}
	var ms []*message
	var sum uint32
	for i := uint32(0); i < n; i++ {
		size, err := number(r)
		if err != nil {
			return nil, err
		}
		if size > s.maxMessage {
			return nil, errLimit
		}
		if sum += size; sum > 1<<20 {
			return nil, errLimit
		}
		body := make([]byte, size)
		if _, err := io.ReadFull(r, body); err != nil {
			return nil, err
		}
		ms = append(ms, newMessage(int(i), body))
	}
	return ms, nil
}

// Both limits are constants, and what they come to is little.
func (s *server) few(r io.Reader) ([][]byte, error) {
	n, err := number(r)
	if err != nil || n > 100 {
		return nil, errLimit
	}
	var ms [][]byte
	for i := uint32(0); i < n; i++ {
		size, err := number(r)
		if err != nil || size > 4096 {
			return nil, errLimit
		}
		body := make([]byte, size)
		if _, err := io.ReadFull(r, body); err != nil {
			return nil, err
		}
		ms = append(ms, body)
	}
	return ms, nil
}
