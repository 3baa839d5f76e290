// Package unbufferedwrite finds writes to peers that nobody drains and no
// deadline ends.
//
// # Analyzer unbufferedwrite
//
// unbufferedwrite: report writes to peers that nobody drains and no deadline ends
//
// A write to a connection returns when the kernel has taken the bytes. Once
// the peer stops reading, that is some megabytes later or, on a multiplexed
// stream, at once: the write then waits until the peer reads or the
// connection breaks, which a peer that is only slow, suspended or hostile
// never lets happen. With the write waits its goroutine and what that holds:
// a connection's state, a lock, the loop that serves all clients, the loop
// that accepts them. Nothing is logged and nothing fails; the program gets
// slower until it stands still.
//
// A finding says what is written to, who is held up by a peer that does not
// read, and that no write deadline ends it. A deadline counts wherever it is
// set on the same connection: before the write, in a caller, where the
// connection was made, in a wrapper's Write, by a timer that closes the
// connection. A read deadline is no write deadline, and the zero time takes
// one away.
//
// Connections that the program itself dialled are left alone as long as none
// that a peer opened is written to at the same place, and so are files, pipes,
// local sockets, datagrams, and one write to a fresh connection: the kernel
// takes that.
//
// ## no-deadline
//
// A write without a deadline to a connection that a peer opened, once per
// message, element or tick; or in the loop that accepts; or to a stream whose
// window the peer opens.
//
//	// WRONG
//	for lines.Scan() {
//		if _, err := fmt.Fprintln(c, lookup(lines.Text())); err != nil { // write to c per line: a peer that does not read holds the goroutine of its connection, no write deadline ends it (unbufferedwrite/no-deadline)
//			return
//		}
//	}
//
//	// RIGHT
//	for lines.Scan() {
//		if err := c.SetWriteDeadline(time.Now().Add(writeTimeout)); err != nil {
//			return
//		}
//		if _, err := fmt.Fprintln(c, lookup(lines.Text())); err != nil {
//			return
//		}
//	}
//
// After a timeout part of the message may have been sent, and a TLS or
// websocket connection is beyond repair: close it.
//
// fasthttp answered clients above its limit from the accept loop, without a
// deadline; on a TLS listener that first write is the handshake, so that one
// silent client kept all others out. CoreDNS's DNS over QUIC held one of the
// server's worker slots while it wrote to a stream that had a read deadline
// only.
//
// ## locked-write
//
// A write without a deadline while a lock is held that others need, or in a
// loop over all clients.
//
//	// WRONG
//	h.mu.Lock()
//	defer h.mu.Unlock()
//	for c := range h.clients {
//		c.WriteMessage(websocket.TextMessage, msg) // write to c while h.mu is locked: one peer that does not read stalls everybody who needs the lock, no write deadline ends it (unbufferedwrite/locked-write)
//	}
//
//	// RIGHT: a bounded queue per client, drained by a goroutine of its own
//	// with a deadline for each message
//	for c := range h.clients {
//		select {
//		case c.send <- msg:
//		default:
//			h.drop(c) // too slow
//		}
//	}
//
// Locks that only serialise the writers of one connection are not reported
// for themselves. redcon flushes a published message to each subscriber under
// the lock of its whole publish-subscribe state: one subscriber that stops
// reading stops them all, and those who subscribe.
package unbufferedwrite
