// Package acceptchannels holds SSH servers: connections, then channels and
// requests inside each of them.
package acceptchannels

import (
	"io"
	"log"
	"net"
	"sync"

	"golang.org/x/crypto/ssh"
)

// A Gateway forwards SSH channels to addresses that clients name.
type Gateway struct {
	config *ssh.ServerConfig
	wg     sync.WaitGroup
}

// Serve is S01: a handshake per connection, before authentication.
func (g *Gateway) Serve(ln net.Listener) error {
	for {
		conn, err := ln.Accept()
		if err != nil {
			return err
		}
		go g.handshake(conn) // want `goroutine per connection accepted from .*unboundedgo/accept-loop`
	}
}

// handshake starts one goroutine that drains requests: constant per connection.
func (g *Gateway) handshake(conn net.Conn) {
	sc, chans, reqs, err := ssh.NewServerConn(conn, g.config)
	if err != nil {
		log.Printf("handshake: %v", err)
		conn.Close()
		return
	}
	defer sc.Close()
	go ssh.DiscardRequests(reqs)
	g.forward(chans)
}

// forward is S01: a goroutine and a dial per channel the client opens.
func (g *Gateway) forward(chans <-chan ssh.NewChannel) {
	for newChan := range chans {
		if newChan.ChannelType() != "direct-tcpip" {
			newChan.Reject(ssh.UnknownChannelType, "not supported")
			continue
		}
		go g.dial(newChan) // want `goroutine per channel accepted.*unboundedgo/accept-loop`
	}
}

func (g *Gateway) dial(newChan ssh.NewChannel) {
	up, err := net.Dial("tcp", string(newChan.ExtraData()))
	if err != nil {
		newChan.Reject(ssh.ConnectionFailed, err.Error())
		return
	}
	defer up.Close()
	ch, reqs, err := newChan.Accept()
	if err != nil {
		return
	}
	defer ch.Close()
	go ssh.DiscardRequests(reqs)
	go io.Copy(ch, up)
	io.Copy(up, ch)
}

// Channels is S01: the same after Accept, with a closure.
func (g *Gateway) Channels(chans <-chan ssh.NewChannel) {
	for newChan := range chans {
		ch, reqs, err := newChan.Accept()
		if err != nil {
			continue
		}
		g.wg.Add(1)
		go func() { // want `goroutine per channel accepted.*unboundedgo/accept-loop`
			defer g.wg.Done()
			defer ch.Close()
			for req := range reqs {
				req.Reply(req.Type == "shell", nil)
			}
		}()
	}
}

// Requests is S02: a goroutine per channel request.
func (g *Gateway) Requests(reqs <-chan *ssh.Request, run func(name string) error) {
	for req := range reqs {
		go func() { // want `goroutine per request received from .*unboundedgo/receive-loop`
			err := run(req.Type)
			if req.WantReply {
				req.Reply(err == nil, nil)
			}
		}()
	}
}

// ChannelsLimited is I01: at most sixteen channels are open at once.
func (g *Gateway) ChannelsLimited(chans <-chan ssh.NewChannel) {
	sem := make(chan struct{}, 16)
	for newChan := range chans {
		select {
		case sem <- struct{}{}:
			go func() {
				defer func() { <-sem }()
				g.dial(newChan)
			}()
		default:
			newChan.Reject(ssh.ResourceShortage, "too many channels")
		}
	}
}

// RequestsInline has no goroutine at all: the loop answers by itself.
func (g *Gateway) RequestsInline(reqs <-chan *ssh.Request) {
	for req := range reqs {
		if req.WantReply {
			req.Reply(false, nil)
		}
	}
}
