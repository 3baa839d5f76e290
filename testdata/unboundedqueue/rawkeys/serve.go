// Package rawkeys has maps with keys out of bytes that were read as they came.
package rawkeys

import (
	"net"
	"net/netip"
	"path"
	"sync"
)

type table struct {
	mu     sync.Mutex
	byName map[string]int
	byAddr map[[16]byte]net.Addr
	parsed map[netip.Addr]net.Addr
	files  map[string]int
	lent   map[string]int
	conns  map[*tracked]struct{}
}

func (t *table) greet(c net.Conn) {
	buf := make([]byte, 512)
	for {
		n, err := c.Read(buf)
		if err != nil {
			return
		}
		t.mu.Lock()
		t.byName[string(buf[:n])]++ // want `map t.byName grows with each new key: peers decide its keys, nothing deletes from it \(unboundedqueue/map\)`
		t.mu.Unlock()
	}
}

func addrKey(ip net.IP) (key [16]byte) {
	copy(key[:], ip.To16())
	return
}

// The address is that of a packet in the datagram, not of the datagram.
func (t *table) tunnel(c net.PacketConn) {
	buf := make([]byte, 1500)
	for {
		n, from, err := c.ReadFrom(buf)
		if err != nil {
			return
		}
		src := net.IP(buf[12:16])
		a, ok := netip.AddrFromSlice(buf[12:16])
		if !ok || n < 20 {
			continue
		}
		t.mu.Lock()
		t.byAddr[addrKey(src)] = from // want `map t.byAddr grows with each new key`
		t.parsed[a] = from            // want `map t.parsed grows with each new key`
		t.mu.Unlock()
	}
}

func (t *table) file(c net.Conn) {
	buf := make([]byte, 512)
	for {
		n, err := c.Read(buf)
		if err != nil {
			return
		}
		t.mu.Lock()
		t.files[path.Base(string(buf[:n]))]++ // want `map t.files grows with each new key`
		t.mu.Unlock()
	}
}

// A semaphore bounds how many insert at once, not how many entries there are.
func (t *table) serve(ln net.Listener) error {
	slots := make(chan struct{}, 10)
	for {
		c, err := ln.Accept()
		if err != nil {
			return err
		}
		slots <- struct{}{}
		go func() {
			defer func() { <-slots }()
			buf := make([]byte, 64)
			for {
				n, err := c.Read(buf)
				if err != nil {
					return
				}
				t.mu.Lock()
				t.lent[string(buf[:n])]++ // want `map t.lent grows with each new key`
				t.mu.Unlock()
			}
		}()
	}
}

// A tracked connection leaves the table when whoever has it closes it.
type tracked struct {
	net.Conn
	table *table
}

func (c *tracked) Close() error {
	c.table.forget(c)
	return c.Conn.Close()
}

func (t *table) forget(c *tracked) {
	t.mu.Lock()
	delete(t.conns, c)
	t.mu.Unlock()
}

func (t *table) track(ln net.Listener, handle func(net.Conn)) error {
	slots := make(chan struct{}, 10)
	for {
		c, err := ln.Accept()
		if err != nil {
			return err
		}
		slots <- struct{}{}
		tc := &tracked{c, t}
		t.mu.Lock()
		t.conns[tc] = struct{}{}
		t.mu.Unlock()
		go func() {
			defer func() { <-slots }()
			handle(tc)
		}()
	}
}

// Close ends all that is there.
func (t *table) Close() {
	t.mu.Lock()
	all := make([]*tracked, 0, len(t.conns))
	for c := range t.conns {
		all = append(all, c)
	}
	t.mu.Unlock()
	for _, c := range all {
		_ = c.Close()
	}
}
