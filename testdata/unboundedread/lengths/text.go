package lengths

import (
	"bufio"
	"encoding/binary"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
)

// Bulk reads as many bytes as the line before them says.
func Bulk(c net.Conn) ([]byte, error) {
	r := bufio.NewReader(c)
	line, err := r.ReadSlice('\n')
	if err != nil {
		return nil, err
	}
	n, err := strconv.Atoi(strings.TrimSpace(string(line)))
	if err != nil || n < 0 {
		return nil, err
	}
	b := make([]byte, n+2) // want `allocation by a length read from .*unboundedread/declared-length`
	_, err = io.ReadFull(r, b)
	return b, err
}

// BulkLimited compares first; BulkShort asks for sixteen bits.
func BulkLimited(c net.Conn) ([]byte, error) {
	r := bufio.NewReader(c)
	line, err := r.ReadSlice('\n')
	if err != nil {
		return nil, err
	}
	n, err := strconv.Atoi(strings.TrimSpace(string(line)))
	if err != nil || n < 0 || n > maxFrame {
		return nil, errTooLarge
	}
	return make([]byte, n), nil
}

func BulkShort(c net.Conn) ([]byte, error) {
	r := bufio.NewReader(c)
	line, err := r.ReadSlice('\n')
	if err != nil {
		return nil, err
	}
	n, err := strconv.ParseUint(strings.TrimSpace(string(line)), 10, 16)
	if err != nil {
		return nil, err
	}
	return make([]byte, n), nil
}

// Announced makes room for what a request says that it brings.
func Announced(w http.ResponseWriter, r *http.Request) {
	b := make([]byte, r.ContentLength) // want `allocation by a length read from r.ContentLength: the client decides how much, it is not compared with a limit .unboundedread/declared-length.`
	_, _ = io.ReadFull(r.Body, b)
}

// AnnouncedLimited refuses what is too much.
func AnnouncedLimited(w http.ResponseWriter, r *http.Request) {
	if r.ContentLength < 0 || r.ContentLength > maxFrame {
		http.Error(w, "too large", http.StatusRequestEntityTooLarge)
		return
	}
	b := make([]byte, r.ContentLength)
	_, _ = io.ReadFull(r.Body, b)
}

// Setting makes room by a setting, which is no length of a peer.
func Setting(text string) ([]byte, error) {
	n, err := strconv.Atoi(text)
	return make([]byte, n), err
}

type packetHead struct {
	kind   byte
	length uint32
}

type packets struct {
	c   net.Conn
	max uint32
}

// SetMax limits packets.
func (p *packets) SetMax(n uint32) { p.max = n }

// Packet reads a header, and then what it announces.
func (p *packets) Packet() ([]byte, error) {
	var h packetHead
	if err := p.head(&h); err != nil {
		return nil, err
	}
	return p.body(&h)
}

func (p *packets) head(h *packetHead) error {
	var b [5]byte
	if _, err := io.ReadFull(p.c, b[:]); err != nil {
		return err
	}
	h.kind, h.length = b[0], binary.BigEndian.Uint32(b[1:])
	if p.max > 0 && h.length > p.max {
		return errTooLarge
	}
	return nil
}

func (p *packets) body(h *packetHead) ([]byte, error) {
	b := make([]byte, h.length) // want `the limit is off unless p.max is set`
	_, err := io.ReadFull(p.c, b)
	return b, err
}

type record struct{ length uint32 }

type records struct{ c net.Conn }

// Record reads a header that is looked at when it is read.
func (p *records) Record() ([]byte, error) {
	var h record
	if err := p.head(&h); err != nil {
		return nil, err
	}
	return p.body(&h)
}

func (p *records) head(h *record) error {
	var b [4]byte
	if _, err := io.ReadFull(p.c, b[:]); err != nil {
		return err
	}
	h.length = binary.BigEndian.Uint32(b[:])
	if h.length > maxFrame {
		return errTooLarge
	}
	return nil
}

func (p *records) body(h *record) ([]byte, error) {
	b := make([]byte, h.length)
	_, err := io.ReadFull(p.c, b)
	return b, err
}
