// Package shortwork holds a goroutine per packet or message whose work is
// short, bounded and never waits: a deliberate exception.
package shortwork

import (
	"bufio"
	"crypto/sha256"
	"encoding/binary"
	"hash/crc32"
	"net"
	"net/http"
	"sync/atomic"
)

// A Meter counts what it receives.
type Meter struct {
	packets atomic.Int64
	bytes   atomic.Int64
	sums    [256]atomic.Uint32
	out     chan [32]byte
}

// Count is silent: two atomic additions.
func (m *Meter) Count(pc net.PacketConn) error {
	for {
		buf := make([]byte, 1500)
		n, _, err := pc.ReadFrom(buf)
		if err != nil {
			return err
		}
		go func() {
			m.packets.Add(1)
			m.bytes.Add(int64(n))
		}()
	}
}

// Hash is silent: computing over a packet, then a send that does not wait (I14).
func (m *Meter) Hash(pc net.PacketConn) error {
	for {
		buf := make([]byte, 1500)
		n, _, err := pc.ReadFrom(buf)
		if err != nil {
			return err
		}
		go m.hash(buf[:n])
	}
}

func (m *Meter) hash(b []byte) {
	sum := sha256.Sum256(b)
	select {
	case m.out <- sum:
	default:
	}
}

// Sum is silent: the callee of the callee computes too.
func (m *Meter) Sum(conn *net.UDPConn) error {
	for {
		buf := make([]byte, 1500)
		n, from, err := conn.ReadFromUDPAddrPort(buf)
		if err != nil {
			return err
		}
		go func() {
			a := from.Addr().As16()
			m.sums[a[15]].Store(checksum(buf[:n]))
		}()
	}
}

func checksum(b []byte) uint32 {
	if len(b) < 4 {
		return 0
	}
	return crc32.ChecksumIEEE(b[4:]) ^ binary.BigEndian.Uint32(b)
}

// Lines is silent: one atomic per line.
func (m *Meter) Lines(conn net.Conn) error {
	sc := bufio.NewScanner(conn)
	for sc.Scan() {
		n := len(sc.Bytes())
		go m.bytes.Add(int64(n))
	}
	return sc.Err()
}

// ServeHTTP is silent: the goroutine that outlives the request counts and ends.
func (m *Meter) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	n := r.ContentLength
	go func() {
		m.packets.Add(1)
		m.bytes.Add(n)
	}()
	w.WriteHeader(http.StatusNoContent)
}
