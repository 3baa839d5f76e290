package lines

import (
	"bufio"
	"io"
	"math"
	"net"
	"net/http"
	"net/textproto"
)

// Request reads one request of a connection.
func Request(c net.Conn) error {
	req, err := http.ReadRequest(bufio.NewReader(c)) // want `line read from c: the peer decides`
	if err != nil {
		return err
	}
	handle(req.Method)
	_, err = io.Copy(c, req.Body)
	return err
}

// Requests reads one after the other.
func Requests(c net.Conn) error {
	in := bufio.NewReader(c)
	for {
		req, err := http.ReadRequest(in) // want `line read from c: the peer decides`
		if err != nil {
			return err
		}
		handle(req.Method)
	}
}

// Header reads a header.
func Header(c net.Conn) (textproto.MIMEHeader, error) {
	in := bufio.NewReader(c)
	tp := textproto.NewReader(in)
	h, err := tp.ReadMIMEHeader() // want `line read from c: the peer decides`
	if err != nil {
		return nil, err
	}
	return h, nil
}

// Upgraded goes on to read behind the header.
func Upgraded(c net.Conn) (*bufio.Reader, error) {
	in := bufio.NewReader(c)
	// nofix: whoever gets the buffer would seem to have a limit
	req, err := http.ReadRequest(in) // want `line read from c: the peer decides`
	if err != nil {
		return nil, err
	}
	handle(req.Method)
	return in, nil
}

// Welcome reads a line.
func Welcome(c net.Conn) (string, error) {
	tp := textproto.NewReader(bufio.NewReader(c))
	// nofix: a line that is cut short would pass for a whole one
	l, err := tp.ReadLine() // want `line read from c: the peer decides`
	if err != nil {
		return "", err
	}
	return l, nil
}

// HeadLimited limits the head, and not what follows.
func HeadLimited(c net.Conn) error {
	head := &io.LimitedReader{R: c, N: 1 << 20}
	req, err := http.ReadRequest(bufio.NewReader(head))
	head.N = math.MaxInt64
	if err != nil {
		return err
	}
	handle(req.Method)
	return nil
}

// BodyUnder reads the body behind a head that is limited.
func BodyUnder(c net.Conn) ([]byte, error) {
	head := &io.LimitedReader{R: c, N: 1 << 20}
	req, err := http.ReadRequest(bufio.NewReader(head))
	head.N = math.MaxInt64
	if err != nil {
		return nil, err
	}
	return io.ReadAll(req.Body) // want `all of req.Body read into memory`
}
