package lateacquireshapes

import (
	"bufio"
	"context"
	"net"

	"github.com/backpressure-go/backpressure/testdata/unboundedgo/lateacquireshapes/probe"
)

// A Monitor has probers by name.
type Monitor struct{ probers map[string]*probe.Prober }

// Launch starts one loop per prober, which hands its hosts around: what the
// queues hold are no slots.
func (m *Monitor) Launch(ctx context.Context) {
	for _, p := range m.probers {
		go p.Watch(ctx)
	}
}

// Ask has a goroutine per host that a client names wait in another package.
func (m *Monitor) Ask(conn net.Conn) {
	p := m.probers[conn.RemoteAddr().String()]
	lines := bufio.NewScanner(conn)
	for lines.Scan() {
		go p.Once(lines.Text()) // want `waits for .* after it is started.*unboundedgo/late-acquire`
	}
}
