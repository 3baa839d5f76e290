// Package receivepackets holds loops that start a goroutine per datagram.
package receivepackets

import (
	"context"
	"encoding/binary"
	"io"
	"log"
	"net"
	"net/http"
	"net/netip"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"
)

const maxPacket = 4096

// A Forwarder answers queries by asking an upstream.
type Forwarder struct {
	pc       net.PacketConn
	upstream string
	wg       sync.WaitGroup
}

// Serve is S02: a goroutine per datagram, each waits for the upstream.
func (f *Forwarder) Serve() error {
	for {
		buf := make([]byte, maxPacket)
		n, addr, err := f.pc.ReadFrom(buf)
		if err != nil {
			return err
		}
		go f.forward(buf[:n], addr) // want `goroutine per datagram received from .*unboundedgo/receive-loop`
	}
}

// ServeCopy is S02: one buffer, copied for each goroutine.
func (f *Forwarder) ServeCopy() error {
	buf := make([]byte, maxPacket)
	for {
		n, addr, err := f.pc.ReadFrom(buf)
		if err != nil {
			return err
		}
		query := append([]byte(nil), buf[:n]...)
		f.wg.Go(func() { // want `goroutine per datagram received from .*unboundedgo/receive-loop`
			f.forward(query, addr)
		})
	}
}

// ServePooled is S02: pooled buffers save garbage, not goroutines.
func (f *Forwarder) ServePooled() error {
	pool := sync.Pool{New: func() any { b := make([]byte, maxPacket); return &b }}
	for {
		b := pool.Get().(*[]byte)
		n, addr, err := f.pc.ReadFrom(*b)
		if err != nil {
			return err
		}
		go func() { // want `goroutine per datagram received from .*unboundedgo/receive-loop`
			defer pool.Put(b)
			f.forward((*b)[:n], addr)
		}()
	}
}

func (f *Forwarder) forward(query []byte, addr net.Addr) {
	up, err := net.DialTimeout("udp", f.upstream, 2*time.Second)
	if err != nil {
		log.Print(err)
		return
	}
	defer up.Close()
	up.SetDeadline(time.Now().Add(2 * time.Second))
	if _, err := up.Write(query); err != nil {
		return
	}
	reply := make([]byte, maxPacket)
	n, err := up.Read(reply)
	if err != nil {
		return
	}
	f.pc.WriteTo(reply[:n], addr)
}

// ServeAddrPort is S02 on the concrete type and its netip form.
func ServeAddrPort(conn *net.UDPConn, lookup string) error {
	for {
		buf := make([]byte, 512)
		n, from, err := conn.ReadFromUDPAddrPort(buf)
		if err != nil {
			return err
		}
		go func(q []byte, from netip.AddrPort) { // want `goroutine per datagram received from .*unboundedgo/receive-loop`
			resp, err := http.Get(lookup + string(q))
			if err != nil {
				return
			}
			defer resp.Body.Close()
			var out [512]byte
			n, _ := io.ReadFull(resp.Body, out[:])
			conn.WriteToUDPAddrPort(out[:n], from)
		}(buf[:n], from)
	}
}

// ServeUDP is S02: only well-formed datagrams get a goroutine; peers still decide how many.
func ServeUDP(conn *net.UDPConn, store func(ctx context.Context, id uint32) error) error {
	var buf [64]byte
	for {
		n, _, err := conn.ReadFromUDP(buf[:])
		if err != nil {
			return err
		}
		if n < 4 {
			continue
		}
		id := binary.BigEndian.Uint32(buf[:4])
		go func() { // want `goroutine per datagram received from .*unboundedgo/receive-loop`
			time.Sleep(100 * time.Millisecond)
			if err := store(context.Background(), id); err != nil {
				log.Printf("store %d: %v", id, err)
			}
		}()
	}
}

// ServeGroup is S07 under S02: the group joins at the end and limits nothing.
func ServeGroup(ctx context.Context, conn *net.UDPConn, upstream string) error {
	g, ctx := errgroup.WithContext(ctx)
	buf := make([]byte, maxPacket)
	for ctx.Err() == nil {
		n, from, err := conn.ReadFromUDPAddrPort(buf)
		if err != nil {
			break
		}
		query := append([]byte(nil), buf[:n]...)
		g.Go(func() error { // want `goroutine per datagram received from .*unboundedgo/receive-loop`
			return exchange(ctx, conn, upstream, query, from)
		})
	}
	return g.Wait()
}

func exchange(ctx context.Context, conn *net.UDPConn, upstream string, query []byte, from netip.AddrPort) error {
	var d net.Dialer
	up, err := d.DialContext(ctx, "udp", upstream)
	if err != nil {
		return err
	}
	defer up.Close()
	if _, err := up.Write(query); err != nil {
		return err
	}
	n, err := up.Read(query[:cap(query)])
	if err != nil {
		return err
	}
	_, err = conn.WriteToUDPAddrPort(query[:n], from)
	return err
}

// A session carries the datagrams of one client to the backend.
type session struct {
	up   net.Conn
	last time.Time
}

// RelayPerClient is S02: a goroutine and a socket per remote address; addresses can be
// forged, and an idle timeout only limits by rate times lifetime.
func RelayPerClient(conn *net.UDPConn, backend string) error {
	sessions := make(map[netip.AddrPort]*session)
	buf := make([]byte, maxPacket)
	for {
		n, from, err := conn.ReadFromUDPAddrPort(buf)
		if err != nil {
			return err
		}
		s, ok := sessions[from]
		if !ok {
			up, err := net.Dial("udp", backend)
			if err != nil {
				continue
			}
			s = &session{up: up}
			sessions[from] = s
			go s.pump(conn, from) // want `goroutine per datagram received from .*unboundedgo/receive-loop`
		}
		s.last = time.Now()
		s.up.Write(buf[:n])
	}
}

func (s *session) pump(conn *net.UDPConn, to netip.AddrPort) {
	defer s.up.Close()
	buf := make([]byte, maxPacket)
	for {
		s.up.SetReadDeadline(time.Now().Add(30 * time.Second))
		n, err := s.up.Read(buf)
		if err != nil {
			return
		}
		if _, err := conn.WriteToUDPAddrPort(buf[:n], to); err != nil {
			return
		}
	}
}
