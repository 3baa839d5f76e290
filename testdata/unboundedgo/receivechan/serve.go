// Package receivechan holds loops that start a goroutine per element of a
// channel that peers fill.
package receivechan

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"log"
	"net"
	"net/http"
	"sync"
	"time"
)

// A Message is what a peer sent.
type Message struct {
	From  string
	Topic string
	Body  []byte
}

// A Hub takes messages from many connections.
type Hub struct {
	messages chan Message
	tasks    chan func()
	wg       sync.WaitGroup
	deliver  func(Message) error
}

// NewHub makes a hub.
func NewHub(deliver func(Message) error) *Hub {
	return &Hub{messages: make(chan Message, 128), tasks: make(chan func()), deliver: deliver}
}

// ReadPump is the peer loop that feeds the channel.
func (h *Hub) ReadPump(conn net.Conn) {
	defer conn.Close()
	dec := json.NewDecoder(conn)
	for {
		var m Message
		if err := dec.Decode(&m); err != nil {
			return
		}
		m.From = conn.RemoteAddr().String()
		h.messages <- m
	}
}

// Run is S02: the channel has a capacity, the goroutines behind it have none.
func (h *Hub) Run() {
	for m := range h.messages {
		go h.push(m) // want `goroutine per (element|message) (of|received from) .*unboundedgo/receive-loop`
	}
}

func (h *Hub) push(m Message) {
	resp, err := http.Post("http://sink.internal/"+m.Topic, "application/octet-stream", nil)
	if err != nil {
		log.Print(err)
		return
	}
	resp.Body.Close()
	h.deliver(m)
}

// RunContext is S02: the receive is in a select with a stop arm.
func (h *Hub) RunContext(ctx context.Context) {
	defer h.wg.Wait()
	for {
		select {
		case m, ok := <-h.messages:
			if !ok {
				return
			}
			h.wg.Add(1)
			go func() { // want `goroutine per (element|message) (of|received from) .*unboundedgo/receive-loop`
				defer h.wg.Done()
				h.push(m)
			}()
		case <-ctx.Done():
			return
		}
	}
}

// Local is S02: producer and consumer in one function.
func Local(conn net.Conn, handle func(net.Conn, string)) {
	lines := make(chan string)
	go func() {
		defer close(lines)
		sc := bufio.NewScanner(conn)
		for sc.Scan() {
			lines <- sc.Text()
		}
	}()
	for line := range lines {
		go func() { // want `goroutine per (element|line) (of|received from) .*unboundedgo/receive-loop`
			time.Sleep(50 * time.Millisecond)
			handle(conn, line)
		}()
	}
}

// packets returns a channel that a goroutine fills from the socket.
func packets(pc net.PacketConn) <-chan []byte {
	out := make(chan []byte, 64)
	go func() {
		defer close(out)
		for {
			buf := make([]byte, 1500)
			n, _, err := pc.ReadFrom(buf)
			if err != nil {
				return
			}
			out <- buf[:n]
		}
	}()
	return out
}

// Packets is S02: the channel comes out of a helper.
func Packets(pc net.PacketConn, archive func([]byte) error) {
	for p := range packets(pc) {
		go func() { // want `goroutine per (element|datagram) (of|received from) .*unboundedgo/receive-loop`
			time.Sleep(time.Millisecond)
			archive(p)
		}()
	}
}

// Workers is I05 behind the same channel: a constant number of consumers.
func (h *Hub) Workers() {
	for range 8 {
		h.wg.Go(func() {
			for m := range h.messages {
				h.push(m)
			}
		})
	}
	h.wg.Wait()
}

// Limited is I01 behind the same channel.
func (h *Hub) Limited() {
	sem := make(chan struct{}, 8)
	for m := range h.messages {
		sem <- struct{}{}
		go func() {
			defer func() { <-sem }()
			h.push(m)
		}()
	}
}

// Inline delivers in the loop: a full channel holds the peers back.
func (h *Hub) Inline() {
	for m := range h.messages {
		h.push(m)
	}
}

// PerTopic is I10 per key: one goroutine per topic out of a fixed set.
func (h *Hub) PerTopic(topics []string) {
	queues := make(map[string]chan Message, len(topics))
	for _, t := range topics {
		q := make(chan Message, 16)
		queues[t] = q
		go func() {
			for m := range q {
				h.push(m)
			}
		}()
	}
	for m := range h.messages {
		if q, ok := queues[m.Topic]; ok {
			q <- m
		}
	}
}

// Configs is silent: who sends on this channel, and how often, is unknown.
func Configs(updates <-chan map[string]string, apply func(map[string]string) error) {
	for u := range updates {
		go apply(u)
	}
}

// Tail copies one stream: a goroutine per call, no loop.
func Tail(dst io.Writer, src io.Reader) {
	go io.Copy(dst, src)
}
