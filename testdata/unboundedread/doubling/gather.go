package doubling

import (
	"bufio"
	"bytes"
	"io"
	"net"
)

// ReadMessage gathers pieces until the peer closes.
func ReadMessage(c net.Conn) ([]byte, error) {
	var all []byte
	piece := make([]byte, 512)
	for {
		n, err := c.Read(piece)
		all = append(all, piece[:n]...) // want `all of c read into memory: the peer decides how much, nothing limits it .unboundedread/read-all.`
		if err == io.EOF {
			return all, nil
		}
		if err != nil {
			return nil, err
		}
	}
}

// ReadUntil looks for the end of a message, which may never come.
func ReadUntil(c net.Conn) (string, error) {
	var all bytes.Buffer
	var piece [256]byte
	for {
		n, err := c.Read(piece[:])
		if err != nil {
			return "", err
		}
		all.Write(piece[:n]) // want `all of c read into memory: .*unboundedread/read-all`
		if bytes.HasSuffix(piece[:n], []byte("\r\n.\r\n")) {
			return all.String(), nil
		}
	}
}

// ReadLimited stops when there is too much.
func ReadLimited(c net.Conn) ([]byte, error) {
	var all []byte
	piece := make([]byte, 512)
	for {
		n, err := c.Read(piece)
		all = append(all, piece[:n]...)
		if len(all) > 1<<20 {
			return nil, errTooLarge
		}
		if err != nil {
			return all, err
		}
	}
}

// ReadRounds stops after some rounds.
func ReadRounds(c net.Conn) (all []byte, err error) {
	piece := make([]byte, 512)
	for i := 0; i < 16; i++ {
		n, err := c.Read(piece)
		all = append(all, piece[:n]...)
		if err != nil {
			return all, err
		}
	}
	return all, nil
}

// Relay hands on what it has and begins again.
func Relay(c net.Conn, to io.Writer) error {
	var held []byte
	piece := make([]byte, 512)
	for {
		n, err := c.Read(piece)
		if err != nil {
			return err
		}
		held = append(held, piece[:n]...)
		if bytes.IndexByte(held, '\n') < 0 {
			continue
		}
		if _, err := to.Write(held); err != nil {
			return err
		}
		held = held[:0]
	}
}

// RelayBuffered does so with a buffer.
func RelayBuffered(c net.Conn, to io.Writer) error {
	var held bytes.Buffer
	piece := make([]byte, 512)
	for {
		n, err := c.Read(piece)
		if err != nil {
			return err
		}
		held.Write(piece[:n])
		if _, err := held.WriteTo(to); err != nil {
			return err
		}
	}
}

// ReadBody reads to the end, and has a limit if it is given one.
func readBody(c net.Conn, max int) ([]byte, error) {
	b := make([]byte, 1024)
	off := 0
	for {
		n, err := c.Read(b[off:])
		off += n
		if err != nil {
			return b[:off], err
		}
		if max > 0 && off > max {
			return nil, errTooLarge
		}
		if off == len(b) {
			larger := make([]byte, 2*off) // want `all of c read into memory: the peer decides how much, the limit is off unless max is set`
			copy(larger, b)
			b = larger
		}
	}
}

// readAnswer is like readBody, and is always given a limit.
func readAnswer(c net.Conn, max int) ([]byte, error) {
	b := make([]byte, 1024)
	off := 0
	for {
		n, err := c.Read(b[off:])
		off += n
		if err != nil {
			return b[:off], err
		}
		if max > 0 && off > max {
			return nil, errTooLarge
		}
		if off == len(b) {
			larger := make([]byte, 2*off)
			copy(larger, b)
			b = larger
		}
	}
}

// Bodies reads with and without a limit.
func Bodies(c net.Conn) error {
	if _, err := readBody(c, 1<<20); err != nil {
		return err
	}
	if _, err := readAnswer(c, 1<<20); err != nil {
		return err
	}
	_, err := readBody(c, 0)
	return err
}

// Frames makes a new buffer for each frame, which is no gathering.
func Frames(c net.Conn, handle func([]byte)) error {
	for {
		b := make([]byte, 512)
		n, err := c.Read(b)
		if err != nil {
			return err
		}
		handle(b[:n])
	}
}

// Line puts the parts of a line together, however many there are.
func Line(r *bufio.Reader) (line []byte, err error) {
	for {
		part, more, err := r.ReadLine()
		if err != nil {
			return nil, err
		}
		line = append(line, part...) // want `all of .*c.* read into memory: .*unboundedread/read-all`
		if !more {
			return line, nil
		}
	}
}

// LineLimited gives up on lines that are too long.
func LineLimited(r *bufio.Reader) (line []byte, err error) {
	for {
		part, more, err := r.ReadLine()
		if err != nil {
			return nil, err
		}
		line = append(line, part...)
		if !more {
			return line, nil
		}
		if len(line) > 1<<16 {
			return nil, errTooLarge
		}
	}
}

// Greet reads a line of each kind.
func Greet(c net.Conn) error {
	r := bufio.NewReader(c)
	if _, err := Line(r); err != nil {
		return err
	}
	_, err := LineLimited(r)
	return err
}
