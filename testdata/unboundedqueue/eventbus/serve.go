// Package eventbus hands the events that come in as datagrams to a subscriber,
// and never makes the sender wait for it.
package eventbus

import "net"

// An Event is what one datagram says.
type Event struct{ Body []byte }

// Listen sends the events of pc to in until pc is closed.
func Listen(pc net.PacketConn, in chan<- Event) error {
	defer close(in)
	buf := make([]byte, 64<<10)
	for {
		n, _, err := pc.ReadFrom(buf)
		if err != nil {
			return err
		}
		in <- Event{Body: append([]byte(nil), buf[:n]...)}
	}
}

// Pump moves events from in to out until in is closed.
func Pump(in <-chan Event, out chan<- Event) {
	defer close(out)
	var pending []Event
	for {
		var send chan<- Event
		var first Event
		if len(pending) > 0 {
			send, first = out, pending[0]
		}
		select {
		case e, ok := <-in:
			if !ok {
				return
			}
			pending = append(pending, e) // want `pump takes all that in has and keeps what is not yet received: its senders never wait, nothing bounds it \(unboundedqueue/pump\)`
		case send <- first:
			pending = pending[1:]
		}
	}
}
