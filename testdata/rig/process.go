package rig

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"sync"
	"time"
)

// crowdGrace is how long the process of the peers may take to end once told.
const crowdGrace = 10 * time.Second

// A crowdProcess is the process of the peers, seen from that of the system.
type crowdProcess struct {
	cmd   *exec.Cmd
	stdin io.Closer
	said  bytes.Buffer // standard output and error

	mu     sync.Mutex
	last   report
	closed chan struct{} // closed when no more reports will come
}

// startPeers starts the process of the peers: this program again, in the other
// role.
func startPeers(ctx context.Context, test string, pl plan) (*crowdProcess, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	encoded, err := json.Marshal(pl)
	if err != nil {
		return nil, err
	}
	r, w, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	c := &crowdProcess{closed: make(chan struct{})}
	c.cmd = exec.CommandContext(ctx, self, "-test.run=^"+test+"$", "-test.count=1", "-test.timeout=5m")
	c.cmd.Env = append(os.Environ(), envPeers+"="+string(encoded), envLeash+"=")
	c.cmd.ExtraFiles = []*os.File{w} // reportFD
	c.cmd.Stdout, c.cmd.Stderr = &c.said, &c.said
	c.cmd.WaitDelay = crowdGrace
	stdin, err := c.cmd.StdinPipe()
	if err == nil {
		err = c.cmd.Start()
	}
	_ = w.Close() // the child has its own
	if err != nil {
		_ = r.Close() // never read from
		return nil, fmt.Errorf("start the peers: %w", err)
	}
	c.stdin = stdin
	go c.listen(r)
	return c, nil
}

// listen keeps the last report.
func (c *crowdProcess) listen(r *os.File) {
	defer close(c.closed)
	defer r.Close()
	dec := json.NewDecoder(r)
	for {
		var rep report
		if dec.Decode(&rep) != nil {
			return
		}
		c.mu.Lock()
		c.last = rep
		c.mu.Unlock()
	}
}

// report returns the last report.
func (c *crowdProcess) report() report {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.last
}

// until waits until the last report satisfies ok.
func (c *crowdProcess) until(ctx context.Context, limit time.Duration, what string, ok func(report) bool) error {
	deadline := time.NewTimer(limit)
	defer deadline.Stop()
	tick := time.NewTicker(reportPeriod / 2)
	defer tick.Stop()
	for !ok(c.report()) {
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-c.closed:
			return errors.New("the peers went away before they had " + what)
		case <-deadline.C:
			return fmt.Errorf("the peers had not %s after %v", what, limit)
		case <-tick.C:
		}
	}
	return nil
}

// stop tells the peers to go and returns their last report.
func (c *crowdProcess) stop() (report, error) {
	_ = c.stdin.Close() // that is the signal
	t := time.AfterFunc(crowdGrace, func() { _ = c.cmd.Process.Kill() })
	defer t.Stop()
	<-c.closed
	err := c.cmd.Wait()
	rep := c.report()
	if !rep.Final {
		return rep, fmt.Errorf("the peers ended without a last report (%v): %s", err, tail(c.said.Bytes(), 2000))
	}
	return rep, nil
}

// tail returns the last n bytes of b.
func tail(b []byte, n int) []byte {
	b = bytes.TrimSpace(b)
	return b[max(0, len(b)-n):]
}
