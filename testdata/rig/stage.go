package rig

import (
	"context"
	"fmt"
	"math"
	"runtime"
	"runtime/debug"
	"testing"
	"time"
)

const (
	// settleLimit is the longest wait for the resource to stop rising once all
	// peers have set out, in terms of the time in which they did.
	settleLimit = 2.5
	// settleTime is how long it must not have risen.
	settleTime = 200 * time.Millisecond
	// settleThreads is the same for threads, which the runtime starts one by one.
	settleThreads = 400 * time.Millisecond
	// drainLimit is how long a system may take to go away after its stage.
	drainLimit = 5 * time.Second
	// drainTime is how long nothing of it must have gone to be taken as left.
	drainTime = time.Second
	// spareDescriptors is left to everything but the peers.
	spareDescriptors = 200
)

// A stage is one offered rate.
type stage struct {
	index int
	rate  float64 // peers per second
	last  time.Duration
}

// measure runs the stages that o asks for and records them.
func measure(ctx context.Context, t *testing.T, l Load, o options) (err error) {
	rec, err := newRecorder(o.out)
	if err != nil {
		return err
	}
	defer func() {
		if cerr := rec.Close(); err == nil {
			err = cerr
		}
	}()
	rates := spread(l.Rates, o.rates)
	for i, rate := range rates {
		if o.only >= 0 && i != o.only {
			continue
		}
		st := stage{index: i, rate: rate, last: o.lower}
		if i == len(rates)-1 {
			st.last = o.stage
		}
		rec.put(record{Kind: "begin", Stage: i, Rate: rate, Capacity: l.Work.capacity(), Resource: l.Resource, Unit: l.Unit, Base: base(l.Resource), PerCall: l.Batch != nil})
		run := runStage
		if l.Batch != nil {
			run = runBatch
		}
		end, _, err := run(ctx, t, l, st, rec)
		if err != nil {
			return fmt.Errorf("stage %d (%.0f): %w", i, rate, err)
		}
		rec.put(record{Kind: "end", Stage: i, ending: &end})
	}
	rec.put(record{Kind: "done"})
	return nil
}

// runStage starts the system, offers it the load of st and ends it. It returns
// the last sample too.
func runStage(ctx context.Context, t *testing.T, l Load, st stage, rec *recorder) (end ending, last sample, err error) {
	pl := plan{Warm: l.Rates[0], Rate: st.rate, N: int(st.rate * st.last.Seconds())}
	if room := (descriptors() - spareDescriptors) / l.PerPeer; pl.N > room {
		end.Note = fmt.Sprintf("%d of %d peers came: more do not fit in %d descriptors", room, pl.N, descriptors())
		pl.N = room
	}
	g := newGauges()
	var before sample
	g.read(&before)

	sys := &System{desk: newDesk(l.Work), addrs: make(map[string]string)}
	defer sys.stop()
	if err := l.Start(sys); err != nil {
		return end, last, fmt.Errorf("start the system: %w", err)
	}
	pl.Addrs = sys.addrs
	peers, err := startPeers(ctx, t.Name(), pl)
	if err != nil {
		return end, last, err
	}
	stopped := false
	defer func() {
		if !stopped {
			_, _ = peers.stop() // the error that brought us here says more
		}
	}()
	if err := peers.until(ctx, 20*time.Second, "warmed up", func(r report) bool { return r.Warm }); err != nil {
		return end, last, err
	}

	begun := time.Now()
	smp := startSampler(func() sample {
		rep := peers.report()
		s := sample{
			T: time.Since(begun).Seconds(), Offered: rep.Offered, Done: sys.desk.done.Load(),
			Good: rep.Good, Shed: rep.Shed, Errors: rep.Errors,
		}
		if l.Work == (Work{}) {
			s.Done = s.Good
		}
		if l.Queue != nil {
			s.Queue = int64(l.Queue())
		}
		if l.Waiters != nil {
			s.Waiters = int64(l.Waiters())
		}
		if l.Refusals != nil {
			s.Refusals = int64(l.Refusals())
		}
		g.read(&s)
		return s
	}, func(s sample) { rec.put(record{Kind: "sample", Stage: st.index, sample: &s}) })
	err = peers.until(ctx, 8*st.last+10*time.Second, "set out", func(r report) bool { return r.All })
	if err == nil {
		// Honest peers still come, and pile up where the others do.
		err = settle(ctx, smp, l.Resource, st.last, honestRate*l.Unit)
	}
	smp.stop()
	last, _ = smp.latest()
	if err != nil {
		return end, last, err
	}

	rep, err := peers.stop()
	stopped = true
	if err != nil {
		return end, last, err
	}
	end.LateMs, end.Honest = rep.LateMs, rep.Honest
	if rep.FirstError != "" {
		end.Note = join(end.Note, fmt.Sprintf("%d peers failed, the first: %s", rep.Errors, rep.FirstError))
	}
	sys.stop()
	if !sys.ended(drainLimit) {
		return end, last, fmt.Errorf("the system had not ended %v after its listeners were closed", drainLimit)
	}
	end.Note = join(end.Note, drain(ctx, g, before.Goroutines))
	return end, last, nil
}

// heapGarbage is the garbage, in percent of what is alive, at which a program
// whose heap is measured collects it.
const heapGarbage = 20

// base returns what there is of r before a stage, 0 for all but the heap: a
// program without load has goroutines and threads that count as its own.
func base(r Resource) int64 {
	if r != Heap {
		return 0
	}
	debug.SetGCPercent(heapGarbage)
	runtime.GC()
	var s sample
	newGauges().read(&s)
	return s.Heap
}

// settle waits until r has not risen for a while by more than what comes per
// second anyway. The peers set out during last. The time is that of samples: a
// process that waits for a processor takes none, and must not be taken for one
// that has come to rest.
func settle(ctx context.Context, smp *sampler, r Resource, last time.Duration, comes float64) error {
	still := settleTime
	if r == Threads {
		still = settleThreads
	}
	limit := time.Duration(settleLimit * float64(last))
	_, begun := smp.latest()
	since, top := begun, int64(0)
	passed := func(from, to int) time.Duration { return time.Duration(to-from) * samplePeriod }
	for now := begun; passed(begun, now) < limit && passed(since, now) < still; {
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-time.After(samplePeriod):
		}
		var s sample
		s, now = smp.latest()
		slack := max(2, top/200) + int64(comes*passed(since, now).Seconds())
		if v := s.value(r); v > top+slack {
			since, top = now, v
		}
	}
	return nil
}

// drain waits until the system's goroutines have ended, and says so if they
// have not.
func drain(ctx context.Context, g *gauges, before int64) string {
	var s sample
	begun, since, least := time.Now(), time.Now(), int64(math.MaxInt64)
	for time.Since(begun) < drainLimit && time.Since(since) < drainTime && ctx.Err() == nil {
		g.read(&s)
		if s.Goroutines <= before+2 {
			return ""
		}
		if s.Goroutines < least {
			since, least = time.Now(), s.Goroutines
		}
		time.Sleep(samplePeriod)
	}
	return fmt.Sprintf("%d goroutines were left %v after the stage", s.Goroutines-before, time.Since(begun).Round(time.Second/10))
}

// join joins two notes.
func join(a, b string) string {
	if a == "" || b == "" {
		return a + b
	}
	return a + "; " + b
}
