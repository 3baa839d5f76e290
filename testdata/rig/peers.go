package rig

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"sync"
	"sync/atomic"
	"time"
)

// A plan is what the process of the peers is to do.
type plan struct {
	Addrs map[string]string // network to address of the system
	Warm  float64           // peers per second in the warm-up
	Rate  float64           // peers per second afterwards
	N     int               // how many of those come
}

const (
	// warmUp is how long the lowest rate is offered before a stage counts.
	warmUp = 200 * time.Millisecond
	// reportPeriod is the time between two reports of the peers.
	reportPeriod = 10 * time.Millisecond
	// firstHonest is the number of the first honest peer.
	firstHonest = 1 << 30
	// reportFD is the descriptor that the peers report to.
	reportFD = 3
)

// A report is what the process of the peers tells that of the system.
type report struct {
	Offered, Good, Shed, Errors int64
	Warm                        bool // the warm-up is over
	All                         bool // all peers have set out
	Final                       bool // the last report; what follows is set in it alone
	LateMs                      float64
	Honest                      Honest
	FirstError                  string
}

// A crowd counts what becomes of the peers.
type crowd struct {
	load                        Load
	offered, good, shed, errors atomic.Int64
	warm, all                   atomic.Bool
	first                       atomic.Pointer[string]
}

// bePeers is the process of the peers. It ends when its standard input does.
func bePeers(l Load, encoded string) error {
	var pl plan
	if err := json.Unmarshal([]byte(encoded), &pl); err != nil {
		return fmt.Errorf("plan of the peers: %w", err)
	}
	out := json.NewEncoder(os.NewFile(reportFD, "reports"))
	ctx, cancel := context.WithCancel(context.Background())
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin) // its end is the signal
		cancel()
	}()

	c := &crowd{load: l}
	var reporting sync.WaitGroup
	reporting.Go(func() {
		tick := time.NewTicker(reportPeriod)
		defer tick.Stop()
		for {
			select {
			case <-tick.C:
				if out.Encode(c.report()) != nil {
					cancel() // nobody listens any more
					return
				}
			case <-ctx.Done():
				return
			}
		}
	})

	late, honest := c.run(ctx, pl)
	<-ctx.Done()
	reporting.Wait()
	last := c.report()
	last.Final, last.LateMs, last.Honest = true, ms(quantile(late, 0.99)), honest()
	if e := c.first.Load(); e != nil {
		last.FirstError = *e
	}
	return out.Encode(last)
}

// report returns the counts as they are.
func (c *crowd) report() report {
	return report{
		Offered: c.offered.Load(), Good: c.good.Load(), Shed: c.shed.Load(), Errors: c.errors.Load(),
		Warm: c.warm.Load(), All: c.all.Load(),
	}
}

// run lets the peers of pl come. It returns when all have set out, with how
// late they were and with a function that waits for the honest ones.
func (c *crowd) run(ctx context.Context, pl plan) ([]time.Duration, func() Honest) {
	client := newClient()
	come := func(i int) error {
		c.offered.Add(1)
		err := c.load.Peer(&Peer{N: i, ctx: ctx, addrs: pl.Addrs, client: client})
		c.count(ctx, err)
		return err
	}

	var wait sync.WaitGroup // the load need not be waited for: what is left waits for ever
	arrive(ctx, int(pl.Warm*warmUp.Seconds()), pl.Warm, &wait, func(i int, _ time.Time) { _ = come(i) })
	c.warm.Store(true)

	honest := startHonest(ctx, func(i int) error { return come(firstHonest + i) })
	late := arrive(ctx, pl.N, pl.Rate, &wait, func(i int, _ time.Time) { _ = come(i) })
	c.all.Store(true)

	return late, honest
}

// count notes what became of one peer.
func (c *crowd) count(ctx context.Context, err error) {
	switch {
	case err == nil:
		c.good.Add(1)
	case ctx.Err() != nil: // the stage has ended before this peer had its answer
	case errors.Is(err, ErrShed):
		c.shed.Add(1)
	default:
		c.errors.Add(1)
		s := err.Error()
		c.first.CompareAndSwap(nil, &s)
	}
}
