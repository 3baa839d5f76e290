package rig

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"syscall"
	"time"
)

// A Peer is one arrival.
type Peer struct {
	N int // number of this peer in its stage, from 0; honest ones count from 1<<30

	ctx    context.Context // ends when the stage does
	addrs  map[string]string
	client *http.Client
}

// Context returns a context that ends when the stage does.
func (p *Peer) Context() context.Context { return p.ctx }

// Honest reports whether the peer is one of the few that come at a steady pace
// beside the load, to see how it is for them.
func (p *Peer) Honest() bool { return p.N >= firstHonest }

// Hold waits until the stage ends: a peer that neither sends nor reads any
// more.
func (p *Peer) Hold() { <-p.ctx.Done() }

// Key returns something to ask for, another for each peer.
func (p *Peer) Key() string { return fmt.Sprintf("key-%d", p.N) }

// Dial connects to the system. The connection is closed when the stage ends.
func (p *Peer) Dial(network string) (net.Conn, error) {
	addr, ok := p.addrs[network]
	if !ok {
		return nil, fmt.Errorf("the system does not listen on %s", network)
	}
	var d net.Dialer
	c, err := d.DialContext(p.ctx, network, addr)
	if err != nil {
		return nil, err
	}
	if tc, ok := c.(*net.TCPConn); ok {
		_ = tc.SetLinger(0) // a peer that goes away leaves no socket in TIME_WAIT
	}
	context.AfterFunc(p.ctx, func() { _ = c.Close() }) // the peer may have closed it
	return c, nil
}

// Get asks for path on a connection of its own, and returns the status of the
// answer. A peer that has no answer within patience goes; 0 has it wait.
func (p *Peer) Get(path string, patience time.Duration) (status int, err error) {
	c, err := p.Dial("tcp")
	if err != nil {
		return 0, err
	}
	defer c.Close()
	if _, err := fmt.Fprintf(c, "GET %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", path); err != nil {
		return 0, err
	}
	if patience > 0 {
		if err := c.SetReadDeadline(time.Now().Add(patience)); err != nil {
			return 0, err
		}
	}
	res, err := http.ReadResponse(bufio.NewReader(c), nil)
	if err != nil {
		return 0, err
	}
	defer res.Body.Close()
	_, err = io.Copy(io.Discard, res.Body)
	return res.StatusCode, err
}

// Post posts to path on the system, through a proxy in front of it that all
// peers of the stage share: it has a few connections and keeps them; requests
// wait for one of them on the proxy's side. Post returns ErrShed for an answer
// that says the system is too busy.
func (p *Peer) Post(path string) error {
	req, err := http.NewRequestWithContext(p.ctx, http.MethodPost, "http://"+p.addrs["tcp"]+path, nil)
	if err != nil {
		return err
	}
	res, err := p.client.Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	if _, err := io.Copy(io.Discard, res.Body); err != nil {
		return err
	}
	switch {
	case res.StatusCode < 300:
		return nil
	case res.StatusCode == http.StatusServiceUnavailable, res.StatusCode == http.StatusTooManyRequests:
		return ErrShed
	}
	return fmt.Errorf("answered %s", res.Status)
}

// proxyConns is how many connections the proxy of Post has.
const proxyConns = 16

// newClient returns the client that the peers of a stage share.
func newClient() *http.Client {
	return &http.Client{Transport: &http.Transport{MaxConnsPerHost: proxyConns, MaxIdleConnsPerHost: proxyConns}}
}

// Hungup reports whether err says that the other side closed the connection
// without an answer.
func Hungup(err error) bool {
	return errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) ||
		errors.Is(err, syscall.ECONNRESET) || errors.Is(err, syscall.EPIPE) || errors.Is(err, os.ErrClosed)
}
