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
// local sockets, datagrams, what passes datagrams on, and one write to a fresh
// connection: the kernel takes that.
//
// ## no-deadline
//
// A write without a deadline to a connection that a peer opened, once per
// message, element or tick; or in the loop that accepts; or to a stream whose
// window the peer opens. Where another package writes, to a connection that it
// is given or on what was made over one, and sets no deadline either, its caller
// is told.
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
// A deadline that is set only where a setting asks for it, and that by default
// does not, is no deadline for most who run the program:
//
//	// WRONG
//	type Server struct {
//		ReplyTimeout time.Duration // zero: none
//	}
//	if s.ReplyTimeout > 0 {
//		c.SetWriteDeadline(time.Now().Add(s.ReplyTimeout))
//	}
//	_, err = c.Write(reply) // write to c per line: a peer that does not read holds the goroutine of its connection, a write deadline ends it only where ReplyTimeout is set, and by default it is not (unbufferedwrite/no-deadline)
//
//	// RIGHT: zero means the default, less than zero means none
//	if s.ReplyTimeout == 0 {
//		s.ReplyTimeout = defaultReplyTimeout
//	}
//
// Settings of other packages are the operator's choice, and so are those with a
// default here: in a constructor, a flag, a tag. That finding has no fix: where
// a default belongs is for the project to say.
//
// Nor is there one for the handlers of an HTTP server without a write timeout:
// a document that does not fit into the buffers waits for its reader. That is
// reported once for each package that has such a server, where it answers with
// text of any size; at the server, where the write timeout is a setting that
// is off. Servers that stream are exempt, a write timeout would end the stream.
//
//	// WRONG
//	srv := &http.Server{Addr: addr, Handler: mux, ReadHeaderTimeout: headerTimeout}
//	...
//	w.Write(text) // write of a response: a client that does not read holds the handler, the server has no write timeout and no deadline is set (unbufferedwrite/no-deadline)
//
//	// RIGHT
//	srv := &http.Server{Addr: addr, Handler: mux, ReadHeaderTimeout: headerTimeout, WriteTimeout: answerTimeout}
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
// for themselves. The stream of a gRPC call counts here, too, although no
// deadline can be set on it: only the client's ends a Send. redcon flushes a published message to each subscriber under
// the lock of its whole publish-subscribe state: one subscriber that stops
// reading stops them all, and those who subscribe.
//
// ## no-drain
//
// A writer that holds bytes back (bufio, gzip, flate, zlib, csv, tabwriter,
// multipart, base64, tar, zip), made and written to in a function that does not
// flush or close it on some way out, or that returns an error and drops the
// flush's.
//
//	// WRONG
//	bw := bufio.NewWriter(f)
//	defer bw.Flush() // error of bw.Flush is dropped: save reports success although what the buffer held is lost (unbufferedwrite/no-drain)
//	for _, r := range records {
//		if err := encode(bw, r); err != nil {
//			return err
//		}
//	}
//	return nil
//
//	// RIGHT
//	bw := bufio.NewWriter(f)
//	for _, r := range records {
//		if err := encode(bw, r); err != nil {
//			return err
//		}
//	}
//	return bw.Flush()
//
// A writer that is returned, stored or handed to a function that may flush it
// is that one's affair, be it in a variable, in one that holds something else
// on other ways, or in a field of a struct. Ways out that return an error need no flush, memory and
// the standard streams need no check of its error, and a response has nobody
// to tell.
//
// ## stream
//
// A handler that writes and flushes a response in a loop driven by a channel,
// a clock or a peer, where neither a ResponseController nor a server of the
// package gives the writes a deadline. A server's WriteTimeout would end the
// stream, so that such handlers mostly run without; the request's context ends
// when the client has gone, not when it has stopped reading.
//
//	// WRONG
//	for e := range events {
//		fmt.Fprintf(w, "data: %s\n\n", e)
//		flusher.Flush() // ServeHTTP streams a response per element: a client that does not read holds the handler, no ResponseController or WriteTimeout ends its writes (unbufferedwrite/stream)
//	}
//
//	// RIGHT
//	rc := http.NewResponseController(w)
//	for e := range events {
//		if err := rc.SetWriteDeadline(time.Now().Add(writeTimeout)); err != nil && !errors.Is(err, http.ErrNotSupported) {
//			return
//		}
//		fmt.Fprintf(w, "data: %s\n\n", e)
//		if err := rc.Flush(); err != nil {
//			return
//		}
//	}
//
// A wrapped ResponseWriter without Unwrap, and a TimeoutHandler, have no
// deadlines: SetWriteDeadline says so with ErrNotSupported.
//
// ## never-reads
//
// A websocket that a peer opened is written to in a loop, and nothing reads
// it. Pings and closes come in with reads: nobody answers, the peer gives the
// connection up or keeps it, and the writer learns of it from a write that
// fails much later.
//
//	// WRONG
//	for now := range ticker.C {
//		c.SetWriteDeadline(now.Add(writeTimeout))
//		if c.WriteJSON(now) != nil { // write to c in a loop, and nobody reads it: pings stay unanswered and a close is not seen until a write fails (unbufferedwrite/never-reads)
//			return
//		}
//	}
//
//	// RIGHT
//	go func() {
//		defer cancel()
//		for {
//			if _, _, err := c.NextReader(); err != nil {
//				return
//			}
//		}
//	}()
//
// ## sibling
//
// A write without the deadline that another to the same connection has: in
// another arm of the same loop, in another method of the same type, or on some
// ways to one and the same write. A deadline is a point in time: what the
// sibling has set is over by then, or soon will be.
//
//	// WRONG
//	select {
//	case msg := <-c.send:
//		c.ws.SetWriteDeadline(time.Now().Add(writeTimeout))
//		err = c.ws.WriteMessage(websocket.TextMessage, msg)
//	case <-ping.C:
//		err = c.ws.WriteMessage(websocket.PingMessage, nil) // write to c.ws without the write deadline that its sibling in pump sets: a peer that does not read holds it up, or the sibling's deadline has passed and ends it at once (unbufferedwrite/sibling)
//	}
//
//	// RIGHT
//	case <-ping.C:
//		c.ws.SetWriteDeadline(time.Now().Add(writeTimeout))
//		err = c.ws.WriteMessage(websocket.PingMessage, nil)
//
// Where only some callers have set one, the fix has the others set theirs: in the
// write itself it would be another than what they have decided. There is none where
// such a caller writes more.
//
// Tendermint's websocket server set a
// deadline for data and none for pings. In memberlist most callers of the
// function that writes a message have set a deadline; the one that sends user
// messages has not.
//
// ## close-write
//
// With -strict: a Close that writes to the peer first, a last message or what
// a buffer still holds, with no deadline, while a lock is held that others need
// or in a loop over all connections. It is strict because most Closes write
// little, and the kernel takes that.
//
//	// WRONG
//	for c := range h.clients {
//		c.Close() // c.Close writes before it closes, in a loop over h.clients: one peer that does not read keeps the others open, no write deadline ends it (unbufferedwrite/close-write)
//	}
//
//	// RIGHT
//	func (c *client) Close() error {
//		if err := c.conn.SetWriteDeadline(time.Now().Add(goodbyeTimeout)); err == nil {
//			io.WriteString(c.conn, "bye\n")
//		}
//		return c.conn.Close()
//	}
//
// The alert that closes a TLS connection has a deadline of its own, of five
// seconds. In go-libp2p the Close of a stream finished a negotiation that had
// been put off, and waited for the peer to do its part.
//
// # What is measured
//
// Programs with a finding of no-deadline, locked-write, stream and sibling are
// loaded with peers that do not read, as they are and fixed. The other kinds
// are not: no-drain loses bytes, whatever the load; never-reads leaves a
// connection that works to a peer that has gone, which is no pile; close-write
// piles up what locked-write does, and has no fix to compare it with.
package unbufferedwrite
