package peerqueues

import (
	"bufio"
	"net"
	"net/http"
)

var private []*net.IPNet

// routable is silent: the first request fills the table, with what is written
// here.
func routable(w http.ResponseWriter, r *http.Request) {
	ip := net.ParseIP(r.Header.Get("X-Forwarded-For"))
	if private == nil {
		for _, block := range []string{"10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"} {
			_, n, err := net.ParseCIDR(block)
			if err != nil {
				continue
			}
			private = append(private, n)
		}
	}
	for _, n := range private {
		if n.Contains(ip) {
			w.WriteHeader(http.StatusForbidden)
			return
		}
	}
}

type script struct{ lines []string }

// load is reported: it asks once, and then takes all that comes.
func (s *script) load(c net.Conn) {
	if s.lines == nil {
		r := bufio.NewScanner(c)
		for r.Scan() {
			s.lines = append(s.lines, r.Text()) // want `queue s.lines grows with each line: peers decide how much`
		}
	}
}
