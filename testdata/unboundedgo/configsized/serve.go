// Package configsized holds loops whose trip count is constant or chosen by
// the operator (family 2): the number of goroutines is known at the start.
package configsized

import (
	"context"
	"errors"
	"flag"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"
)

// A Config is read once at the start.
type Config struct {
	Listen    []string
	Upstreams map[string]Upstream
	Zones     []*Zone
	Replicas  int
}

// An Upstream is where requests go.
type Upstream struct {
	URL      string
	Interval time.Duration
}

// A Zone is refreshed from its primary.
type Zone struct {
	Name, Primary string
}

// A Server runs what its configuration lists.
type Server struct {
	cfg Config
	wg  sync.WaitGroup
}

// Start is family 2: one serving goroutine per configured address, each serves one at a time.
func (s *Server) Start() error {
	for _, addr := range s.cfg.Listen {
		ln, err := net.Listen("tcp", addr)
		if err != nil {
			return err
		}
		s.wg.Add(1)
		go func() {
			defer s.wg.Done()
			serveOneByOne(ln)
		}()
	}
	return nil
}

func serveOneByOne(ln net.Listener) {
	for {
		conn, err := ln.Accept()
		if err != nil {
			return
		}
		io.Copy(conn, conn)
		conn.Close()
	}
}

// Health is family 2: one checker per entry of the configured map.
func (s *Server) Health(ctx context.Context) {
	for name, up := range s.cfg.Upstreams {
		go s.check(ctx, name, up)
	}
}

func (s *Server) check(ctx context.Context, name string, up Upstream) {
	t := time.NewTicker(up.Interval)
	defer t.Stop()
	for {
		select {
		case <-t.C:
			resp, err := http.Get(up.URL)
			if err != nil {
				log.Printf("%s: %v", name, err)
				continue
			}
			resp.Body.Close()
		case <-ctx.Done():
			return
		}
	}
}

// Refresh is family 2: fan-out over configured zones, joined by counting results.
func (s *Server) Refresh(fetch func(*Zone) error) error {
	errs := make(chan error)
	for _, z := range s.cfg.Zones {
		go func() { errs <- fetch(z) }()
	}
	var all error
	for range s.cfg.Zones {
		all = errors.Join(all, <-errs)
	}
	return all
}

// Replicate is family 2: a number out of the configuration.
func (s *Server) Replicate(run func(id int) error) error {
	var g errgroup.Group
	for i := range s.cfg.Replicas {
		g.Go(func() error { return run(i) })
	}
	return g.Wait()
}

// Probe is family 2: a literal list.
func Probe(host string) []error {
	ports := []string{"80", "443", "8080"}
	errs := make([]error, len(ports))
	var wg sync.WaitGroup
	for i, port := range ports {
		wg.Add(1)
		go func() {
			defer wg.Done()
			var conn net.Conn
			conn, errs[i] = net.DialTimeout("tcp", net.JoinHostPort(host, port), time.Second)
			if errs[i] == nil {
				conn.Close()
			}
		}()
	}
	wg.Wait()
	return errs
}

var families = [...]string{"tcp4", "tcp6"}

// DialBoth is family 2: an array, one goroutine per address family.
func DialBoth(addr string) (net.Conn, error) {
	type result struct {
		conn net.Conn
		err  error
	}
	results := make(chan result, len(families))
	for _, network := range families {
		go func() {
			conn, err := net.Dial(network, addr)
			results <- result{conn, err}
		}()
	}
	var err error
	for range families {
		r := <-results
		if r.err == nil {
			return r.conn, nil
		}
		err = r.err
	}
	return nil, err
}

// Main is family 2: flags and arguments.
func Main() {
	peers := flag.String("peers", "", "comma-separated addresses")
	n := flag.Int("n", 4, "connections per peer")
	flag.Parse()
	for _, peer := range strings.Split(*peers, ",") {
		for range *n {
			go keepConnected(peer)
		}
	}
	for _, name := range flag.Args() {
		go follow(name)
	}
	for _, name := range os.Args[1:] {
		go follow(name)
	}
	for _, name := range strings.Fields(os.Getenv("FOLLOW")) {
		go follow(name)
	}
	select {}
}

func keepConnected(addr string) {
	for {
		conn, err := net.Dial("tcp", addr)
		if err == nil {
			io.Copy(io.Discard, conn)
			conn.Close()
		}
		time.Sleep(time.Second)
	}
}

func follow(name string) {
	f, err := os.Open(name)
	if err != nil {
		return
	}
	defer f.Close()
	io.Copy(io.Discard, f)
}

// Stop is family 2: shutdown of the servers that the operator configured.
func Stop(ctx context.Context, servers []*http.Server) {
	var wg sync.WaitGroup
	for _, srv := range servers {
		wg.Add(1)
		go func() {
			defer wg.Done()
			srv.Shutdown(ctx)
		}()
	}
	wg.Wait()
}

// A Plugin is registered at start-up.
type Plugin interface {
	Run(ctx context.Context) error
}

var plugins []Plugin

// Register adds a plugin; packages call it from their setup.
func Register(p Plugin) { plugins = append(plugins, p) }

// RunPlugins is family 2: one goroutine per registered plugin.
func RunPlugins(ctx context.Context) error {
	g, ctx := errgroup.WithContext(ctx)
	for _, p := range plugins {
		g.Go(func() error { return p.Run(ctx) })
	}
	return g.Wait()
}

// Options are functional options, applied by the caller.
type Option func(*pump)

type pump struct {
	lanes int
	out   chan []byte
}

// Lanes sets the number of lanes.
func Lanes(n int) Option { return func(p *pump) { p.lanes = n } }

// StartPump is family 2: the number comes through an option.
func StartPump(out chan []byte, opts ...Option) {
	p := &pump{lanes: 2, out: out}
	for _, o := range opts {
		o(p)
	}
	for i := 0; i < p.lanes; i++ {
		go func() {
			for b := range p.out {
				os.Stdout.Write(b)
			}
		}()
	}
}
