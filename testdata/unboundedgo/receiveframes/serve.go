// Package receiveframes holds read loops that start a goroutine per message,
// frame, line or request of one connection.
package receiveframes

import (
	"bufio"
	"context"
	"encoding/binary"
	"encoding/gob"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/textproto"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"
)

// A Server answers commands on connections that somebody else limits.
type Server struct {
	mu    sync.Mutex
	wg    sync.WaitGroup
	store func(key string) (string, error)
}

// Lines is S02: a goroutine per line; they queue up for the writer's lock.
func (s *Server) Lines(conn net.Conn) {
	defer conn.Close()
	sc := bufio.NewScanner(conn)
	for sc.Scan() {
		line := sc.Text()
		go s.answer(conn, line) // want `goroutine per line received from .*unboundedgo/receive-loop`
	}
}

func (s *Server) answer(w io.Writer, key string) {
	value, err := s.store(key)
	if err != nil {
		value = "-" + err.Error()
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	fmt.Fprintln(w, value)
}

// ReadStrings is S02: the same with a bufio.Reader.
func (s *Server) ReadStrings(conn net.Conn) error {
	br := bufio.NewReader(conn)
	for {
		line, err := br.ReadString('\n')
		if err != nil {
			return err
		}
		s.wg.Go(func() { // want `goroutine per line received from .*unboundedgo/receive-loop`
			s.answer(conn, strings.TrimSpace(line))
		})
	}
}

// Textproto is S02: lines through net/textproto.
func (s *Server) Textproto(conn net.Conn) error {
	tc := textproto.NewConn(conn)
	defer tc.Close()
	for {
		line, err := tc.ReadLine()
		if err != nil {
			return err
		}
		go func() { // want `goroutine per line received from .*unboundedgo/receive-loop`
			value, err := s.store(line)
			if err != nil {
				log.Print(err)
			}
			tc.PrintfLine("200 %s", value)
		}()
	}
}

// A Request is a message on the wire.
type Request struct {
	ID     uint64
	Method string
	Params json.RawMessage
}

// A Response answers a Request.
type Response struct {
	ID    uint64
	Error string
}

// JSON is S02: a goroutine per decoded message.
func (s *Server) JSON(conn net.Conn) error {
	dec := json.NewDecoder(conn)
	enc := json.NewEncoder(conn)
	for {
		var req Request
		if err := dec.Decode(&req); err != nil {
			return err
		}
		go s.call(enc, req) // want `goroutine per message received from .*unboundedgo/receive-loop`
	}
}

func (s *Server) call(enc *json.Encoder, req Request) {
	resp := Response{ID: req.ID}
	if _, err := s.store(req.Method); err != nil {
		resp.Error = err.Error()
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	enc.Encode(resp)
}

// Gob is S02: a request loop of an RPC server, the codec behind an interface.
func (s *Server) Gob(conn net.Conn) {
	codec := &gobCodec{conn: conn, dec: gob.NewDecoder(conn), enc: gob.NewEncoder(conn)}
	s.serveCodec(codec)
}

type codec interface {
	ReadRequest(*Request) error
	WriteResponse(*Response) error
	Close() error
}

type gobCodec struct {
	conn io.Closer
	dec  *gob.Decoder
	enc  *gob.Encoder
}

func (c *gobCodec) ReadRequest(r *Request) error    { return c.dec.Decode(r) }
func (c *gobCodec) WriteResponse(r *Response) error { return c.enc.Encode(r) }
func (c *gobCodec) Close() error                    { return c.conn.Close() }

func (s *Server) serveCodec(c codec) {
	defer c.Close()
	var wg sync.WaitGroup
	for {
		req := new(Request)
		if err := c.ReadRequest(req); err != nil {
			if !errors.Is(err, io.EOF) {
				log.Print(err)
			}
			break
		}
		wg.Add(1)
		go func() { // want `goroutine per (message|request) received from .*unboundedgo/receive-loop`
			defer wg.Done()
			resp := &Response{ID: req.ID}
			if _, err := s.store(req.Method); err != nil {
				resp.Error = err.Error()
			}
			s.mu.Lock()
			defer s.mu.Unlock()
			c.WriteResponse(resp)
		}()
	}
	wg.Wait()
}

// XML is S02: tokens of a stream, a goroutine per stanza.
func (s *Server) XML(conn net.Conn, route func(any) error) error {
	dec := xml.NewDecoder(conn)
	for {
		var stanza struct {
			XMLName xml.Name
			To      string `xml:"to,attr"`
		}
		if err := dec.Decode(&stanza); err != nil {
			return err
		}
		go func() { // want `goroutine per message received from .*unboundedgo/receive-loop`
			conn, err := net.Dial("tcp", stanza.To)
			if err != nil {
				return
			}
			defer conn.Close()
			route(stanza)
		}()
	}
}

// Frames is S02: length-prefixed frames, each with work in a goroutine.
func (s *Server) Frames(conn net.Conn) error {
	for {
		frame, err := readFrame(conn)
		if err != nil {
			return err
		}
		go s.answer(conn, string(frame)) // want `goroutine per (frame|message|read) received from .*unboundedgo/receive-loop`
	}
}

const maxFrame = 1 << 16

func readFrame(r io.Reader) ([]byte, error) {
	var head [4]byte
	if _, err := io.ReadFull(r, head[:]); err != nil {
		return nil, err
	}
	n := binary.BigEndian.Uint32(head[:])
	if n > maxFrame {
		return nil, errors.New("frame too long")
	}
	frame := make([]byte, n)
	_, err := io.ReadFull(r, frame)
	return frame, err
}

// Fixed is S02: a fixed-size record per read.
func (s *Server) Fixed(conn net.Conn) error {
	var rec struct {
		Op  uint8
		Key [15]byte
	}
	for {
		if err := binary.Read(conn, binary.BigEndian, &rec); err != nil {
			return err
		}
		key := string(rec.Key[:])
		go s.answer(conn, key) // want `goroutine per (frame|message|read) received from .*unboundedgo/receive-loop`
	}
}

// Reads is S02: whatever one Read returned.
func (s *Server) Reads(conn net.Conn) {
	buf := make([]byte, 2048)
	for {
		n, err := conn.Read(buf)
		if err != nil {
			return
		}
		data := append([]byte(nil), buf[:n]...)
		go s.answer(conn, string(data)) // want `goroutine per (frame|message|read) received from .*unboundedgo/receive-loop`
	}
}

// Pings is S02: only one arm of the switch starts a goroutine, and the peer picks the arm.
func (s *Server) Pings(conn net.Conn, send chan<- []byte) error {
	br := bufio.NewReader(conn)
	for {
		op, err := br.ReadByte()
		if err != nil {
			return err
		}
		switch op {
		case 'p':
			go func() { // want `goroutine per (frame|message|read|byte) received from .*unboundedgo/receive-loop`
				select {
				case send <- []byte{'P'}:
				case <-time.After(30 * time.Second):
				}
			}()
		case 'q':
			return nil
		default:
			return fmt.Errorf("unknown op %q", op)
		}
	}
}

// Requests is S02: pipelined HTTP requests of one raw connection.
func (s *Server) Requests(conn net.Conn, transport http.RoundTripper) error {
	br := bufio.NewReader(conn)
	for {
		req, err := http.ReadRequest(br)
		if err != nil {
			return err
		}
		go func() { // want `goroutine per request received from .*unboundedgo/receive-loop`
			resp, err := transport.RoundTrip(req)
			if err != nil {
				return
			}
			s.mu.Lock()
			defer s.mu.Unlock()
			resp.Write(conn)
		}()
	}
}

// Group is S07 under S02: an errgroup that limits nothing.
func (s *Server) Group(ctx context.Context, conn net.Conn) error {
	g, ctx := errgroup.WithContext(ctx)
	sc := bufio.NewScanner(conn)
	for sc.Scan() && ctx.Err() == nil {
		key := sc.Text()
		g.Go(func() error { // want `goroutine per line received from .*unboundedgo/receive-loop`
			s.answer(conn, key)
			return nil
		})
	}
	return g.Wait()
}

// Dispatch is S02 through a table: each handler starts its own goroutine.
func (s *Server) Dispatch(conn net.Conn) error {
	handlers := map[string]func(*Request){
		"get": s.async,
		"put": s.async,
	}
	dec := json.NewDecoder(conn)
	for {
		req := new(Request)
		if err := dec.Decode(req); err != nil {
			return err
		}
		if h, ok := handlers[req.Method]; ok {
			h(req)
		}
	}
}

func (s *Server) async(req *Request) {
	go func() { // want `goroutine per message received from .*unboundedgo/receive-loop`
		s.store(string(req.Params))
	}()
}

// Sequential answers in the loop: nothing is started.
func (s *Server) Sequential(conn net.Conn) error {
	sc := bufio.NewScanner(conn)
	for sc.Scan() {
		s.answer(conn, sc.Text())
	}
	return sc.Err()
}

// Pipelined is I01: at most 32 commands of a connection are in flight.
func (s *Server) Pipelined(conn net.Conn) error {
	inflight := make(chan struct{}, 32)
	sc := bufio.NewScanner(conn)
	for sc.Scan() {
		line := sc.Text()
		inflight <- struct{}{}
		go func() {
			defer func() { <-inflight }()
			s.answer(conn, line)
		}()
	}
	return sc.Err()
}
