// Package udpsessions has tables of sessions by the source of a datagram.
package udpsessions

import (
	"net"
	"sync"
	"time"
)

// Entries leave after an idle time; until then each invented source address
// has a socket.
func forward(in *net.UDPConn, to *net.UDPAddr) {
	var mu sync.Mutex
	out := make(map[string]*net.UDPConn)
	drain := func(from *net.UDPAddr, c *net.UDPConn) {
		defer func() {
			mu.Lock()
			delete(out, from.String())
			mu.Unlock()
			c.Close()
		}()
		buf := make([]byte, 1500)
		for {
			_ = c.SetReadDeadline(time.Now().Add(30 * time.Second))
			n, err := c.Read(buf)
			if err != nil {
				return
			}
			_, _ = in.WriteToUDP(buf[:n], from)
		}
	}
	go func() {
		buf := make([]byte, 1500)
		for {
			n, from, err := in.ReadFromUDP(buf)
			if err != nil {
				return
			}
			mu.Lock()
			c, ok := out[from.String()]
			if !ok {
				c, err = net.DialUDP("udp", nil, to)
				if err != nil {
					mu.Unlock()
					continue
				}
				// nofix: the connection would be left open.
				out[from.String()] = c // want `map out grows with each new key: whoever sends a datagram decides its key, nothing bounds how many \(unboundedqueue/map\)`
			}
			mu.Unlock()
			_, _ = c.Write(buf[:n])
			if !ok {
				go drain(from, c)
			}
		}
	}()
}

type session struct{ in chan []byte }

type listener struct {
	conn     net.PacketConn
	sessions map[string]*session
	limited  map[string]*session
}

// Nothing is ever deleted.
func (l *listener) loop() {
	buf := make([]byte, 1500)
	for {
		n, from, err := l.conn.ReadFrom(buf)
		if err != nil {
			return
		}
		s := l.sessions[from.String()]
		if s == nil {
			s = &session{in: make(chan []byte, 16)}
			l.sessions[from.String()] = s // want `map l.sessions grows with each new key: whoever sends a datagram decides its key, nothing deletes from it`
		}
		select {
		case s.in <- append([]byte(nil), buf[:n]...):
		default:
		}
	}
}

const maxSessions = 1024

// No more than so many.
func (l *listener) bounded() {
	buf := make([]byte, 1500)
	for {
		n, from, err := l.conn.ReadFrom(buf)
		if err != nil {
			return
		}
		s := l.limited[from.String()]
		if s == nil {
			if len(l.limited) >= maxSessions {
				continue
			}
			s = &session{in: make(chan []byte, 16)}
			l.limited[from.String()] = s
		}
		select {
		case s.in <- append([]byte(nil), buf[:n]...):
		default:
		}
	}
}

type lateTable struct {
	mu    sync.Mutex
	conns map[string]*session
}

func (t *lateTable) add(id string) (*session, bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	s, ok := t.conns[id]
	if !ok {
		s = &session{in: make(chan []byte, 16)}
		t.conns[id] = s // want `map t.conns grows with each new key: peers decide its keys, its length is compared when the entry is in and stays`
	}
	return s, ok
}

func (t *lateTable) len() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return len(t.conns)
}

func (t *lateTable) remove(id string) {
	t.mu.Lock()
	delete(t.conns, id)
	t.mu.Unlock()
}

// The maximum holds for the goroutines, not for the entries.
func (l *listener) late(t *lateTable) {
	buf := make([]byte, 1500)
	for {
		n, from, err := l.conn.ReadFrom(buf)
		if err != nil {
			return
		}
		s, ok := t.add(from.String())
		if !ok {
			if t.len() <= maxSessions {
				go l.answer(t, s, from)
			} else {
				println("too many sessions")
			}
		}
		select {
		case s.in <- append([]byte(nil), buf[:n]...):
		default:
		}
	}
}

func (l *listener) answer(t *lateTable, s *session, to net.Addr) {
	defer t.remove(to.String())
	for {
		select {
		case b := <-s.in:
			_, _ = l.conn.WriteTo(b, to)
		case <-time.After(time.Minute):
			return
		}
	}
}

type evicting struct{ conns map[string]*session }

func (t *evicting) add(id string) {
	t.conns[id] = &session{in: make(chan []byte, 16)}
	if len(t.conns) > maxSessions {
		t.evict()
	}
}

func (t *evicting) evict() {
	for id := range t.conns {
		delete(t.conns, id)
		return
	}
}

// The oldest goes when there are too many.
func (l *listener) evicts(t *evicting) {
	buf := make([]byte, 1500)
	for {
		_, from, err := l.conn.ReadFrom(buf)
		if err != nil {
			return
		}
		t.add(from.String())
	}
}

type handing struct {
	conn  net.PacketConn
	mu    sync.Mutex
	table map[string]*session
	few   map[string]*session
	ready chan *session
	slots chan struct{}
}

// The channel has room again as soon as somebody takes the session, long
// before that ends.
func (h *handing) loop() {
	buf := make([]byte, 1500)
	for {
		_, from, err := h.conn.ReadFrom(buf)
		if err != nil {
			return
		}
		h.mu.Lock()
		if _, ok := h.table[from.String()]; !ok {
			s := &session{in: make(chan []byte, 16)}
			select {
			case h.ready <- s:
				h.table[from.String()] = s // want `map h.table grows with each new key: whoever sends a datagram decides its key, nothing bounds how many`
			default:
			}
		}
		h.mu.Unlock()
	}
}

func (h *handing) Accept() *session { return <-h.ready }

// A slot for as long as the session is there.
func (h *handing) limited() {
	buf := make([]byte, 1500)
	for {
		_, from, err := h.conn.ReadFrom(buf)
		if err != nil {
			return
		}
		h.mu.Lock()
		if _, ok := h.few[from.String()]; !ok {
			select {
			case h.slots <- struct{}{}:
				h.few[from.String()] = &session{in: make(chan []byte, 16)}
			default:
			}
		}
		h.mu.Unlock()
	}
}

func (h *handing) end(name string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	delete(h.table, name)
	if _, ok := h.few[name]; ok {
		delete(h.few, name)
		<-h.slots
	}
}

func newHanding(c net.PacketConn) *handing {
	return &handing{conn: c, table: map[string]*session{}, few: map[string]*session{}, ready: make(chan *session, 16), slots: make(chan struct{}, 16)}
}
