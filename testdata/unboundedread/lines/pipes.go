package lines

import (
	"bufio"
	"bytes"
	"io"
	"net"

	"github.com/backpressure-go/backpressure/testdata/unboundedread/lines/pair"
)

// Rendered reads from the other end what the program writes to this one.
func Rendered(render func(io.Writer)) string {
	p := pair.New()
	in, out := p.Left(), p.Right()
	go func() {
		defer in.Close()
		render(in)
	}()
	var b bytes.Buffer
	_, _ = io.Copy(&b, out)
	return b.String()
}

// Piped does so with net.Pipe.
func Piped(render func(io.Writer)) string {
	in, out := net.Pipe()
	go func() {
		defer in.Close()
		render(in)
	}()
	l, _ := bufio.NewReader(out).ReadString('\n')
	return l
}
