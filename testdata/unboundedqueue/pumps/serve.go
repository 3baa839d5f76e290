// Package pumps has goroutines between two channels that make them one
// without a limit.
package pumps

// Infinite never makes its senders wait.
func Infinite(in <-chan []byte, out chan<- []byte) {
	var pending [][]byte
	for {
		var first []byte
		var send chan<- []byte
		if len(pending) > 0 {
			first, send = pending[0], out
		}
		select {
		case v, ok := <-in:
			if !ok {
				return
			}
			pending = append(pending, v) // want `pump takes all that in has and keeps what is not yet received: its senders never wait, nothing bounds it \(unboundedqueue/pump\)`
		case send <- first:
			pending = pending[1:]
		}
	}
}

// Generic form, with two loops' worth of states.
func Generic[T any](in <-chan T) <-chan T {
	out := make(chan T)
	go func() {
		defer close(out)
		var queue []T
		for {
			if len(queue) == 0 {
				v, ok := <-in
				if !ok {
					return
				}
				queue = append(queue, v)
				continue
			}
			select {
			case v, ok := <-in:
				if !ok {
					return
				}
				queue = append(queue, v) // want `pump takes all that in has`
			case out <- queue[0]:
				queue = queue[1:]
			}
		}
	}()
	return out
}

const most = 1000

// Off turns its input off while it is full.
func Off(in <-chan []byte, out chan<- []byte) {
	var pending [][]byte
	for {
		var first []byte
		var send chan<- []byte
		recv := in
		if len(pending) > 0 {
			first, send = pending[0], out
		}
		if len(pending) >= most {
			recv = nil
		}
		select {
		case v, ok := <-recv:
			if !ok {
				return
			}
			pending = append(pending, v)
		case send <- first:
			pending = pending[1:]
		}
	}
}

// Drops the oldest.
func Drops(in <-chan []byte, out chan<- []byte) {
	var pending [][]byte
	for {
		var first []byte
		var send chan<- []byte
		if len(pending) > 0 {
			first, send = pending[0], out
		}
		select {
		case v, ok := <-in:
			if !ok {
				return
			}
			pending = append(pending, v)
			if len(pending) > most {
				pending = pending[1:]
			}
		case send <- first:
			pending = pending[1:]
		}
	}
}

// One keeps the newest only.
func One(in <-chan []byte, out chan<- []byte) {
	for v := range in {
		select {
		case out <- v:
		default:
		}
	}
}

// Collects sends nothing on: it returns.
func Collects(in <-chan []byte) (all [][]byte) {
	for v := range in {
		all = append(all, v)
	}
	return all
}
