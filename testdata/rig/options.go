package rig

import (
	"context"
	"fmt"
	"io"
	"math"
	"os"
	"strconv"
	"time"
)

// Environment variables that steer a measurement.
const (
	envOut     = "BP_RIG_OUT"     // file to write samples to; none means a brief check
	envSeconds = "BP_RIG_SECONDS" // how long the stage of the highest rate offers load, in seconds
	envLower   = "BP_RIG_LOWER"   // the same for the other stages; none means as long
	envRates   = "BP_RIG_RATES"   // how many rates, from the lowest to the highest
	envStage   = "BP_RIG_STAGE"   // run the stage of this index alone
	envAS      = "BP_RIG_AS"      // limit of the address space, in bytes
	envLeash   = "BP_RIG_LEASH"   // descriptor whose end means stop
	envPeers   = "BP_RIG_PEERS"   // set in the process of the peers: its plan, as JSON
)

// defaultStage is how long a stage offers load unless the environment says
// otherwise. The rates of a load are chosen for it.
const defaultStage = 1200 * time.Millisecond

// options is what the environment asks of a measurement.
type options struct {
	out          string
	stage        time.Duration // how long the highest stage offers load
	lower        time.Duration // how long the others do
	rates        int           // 0 for the rates of the load
	only         int           // -1 for all stages
	addressSpace uint64        // 0 for no limit
}

// optionsFromEnv reads the environment.
func optionsFromEnv() (options, error) {
	o := options{out: os.Getenv(envOut), stage: defaultStage, only: -1}
	for name, dst := range map[string]*time.Duration{envSeconds: &o.stage, envLower: &o.lower} {
		if v := os.Getenv(name); v != "" {
			f, err := strconv.ParseFloat(v, 64)
			if err != nil || !(f > 0) {
				return o, fmt.Errorf("rig: %s=%q is no positive number of seconds", name, v)
			}
			*dst = time.Duration(f * float64(time.Second))
		}
	}
	if o.lower == 0 {
		o.lower = o.stage
	}
	for name, dst := range map[string]*int{envRates: &o.rates, envStage: &o.only} {
		if v := os.Getenv(name); v != "" {
			n, err := strconv.Atoi(v)
			if err != nil || n < 0 {
				return o, fmt.Errorf("rig: %s=%q is no count", name, v)
			}
			*dst = n
		}
	}
	if v := os.Getenv(envAS); v != "" {
		n, err := strconv.ParseUint(v, 10, 64)
		if err != nil {
			return o, fmt.Errorf("rig: %s=%q is no number of bytes", envAS, v)
		}
		o.addressSpace = n
	}
	return o, nil
}

// spread returns n rates from the lowest to the highest of rates, which stay
// among them; the others are put in the widest gaps, by ratio.
func spread(rates []float64, n int) []float64 {
	out := append([]float64(nil), rates...)
	for len(out) < n {
		widest := 1
		for i := 2; i < len(out); i++ {
			if out[i]/out[i-1] > out[widest]/out[widest-1] {
				widest = i
			}
		}
		mid := math.Sqrt(out[widest] * out[widest-1])
		out = append(out[:widest], append([]float64{mid}, out[widest:]...)...)
	}
	return out
}

// leash returns a context that ends when the process that started this one
// goes away, if that one passed a descriptor to tell by.
func leash(ctx context.Context) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(ctx)
	if fd, err := strconv.Atoi(os.Getenv(envLeash)); err == nil {
		f := os.NewFile(uintptr(fd), "leash")
		go func() {
			_, _ = io.Copy(io.Discard, f) // ends when the other end is closed
			cancel()
		}()
	}
	return ctx, cancel
}
