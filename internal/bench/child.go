package bench

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"strings"
	"time"
)

// A Setup says how children run.
type Setup struct {
	Stage       time.Duration // how long the stage of the highest rate offers load
	Lower       time.Duration // the same for the others
	Rates       int           // how many rates; 0 for those of the load test
	ChildPerOne bool          // a child for each rate, not one for all
	Deadline    time.Duration // of one child
	Memory      int64         // soft limit of the Go heap of one child, in bytes
	Address     uint64        // limit of the address space of one child, in bytes
}

// loadTest is the test that a child runs.
const loadTest = "TestLoad"

// errDeadline is why a child was ended that took too long.
var errDeadline = errors.New("its deadline passed")

// runOnce runs bin for c once: in one child, or in one for each rate.
func runOnce(ctx context.Context, c Case, bin string, s Setup) (Run, error) {
	if !s.ChildPerOne {
		return runChild(ctx, c, bin, s, -1)
	}
	var all Run
	for i := range s.Rates {
		r, err := runChild(ctx, c, bin, s, i)
		if err != nil {
			return all, err
		}
		all.Stages = append(all.Stages, r.Stages...)
	}
	return all, nil
}

// runChild runs bin in one child, for the stage only, or for all if that is
// negative. The child and all it starts have ended when runChild returns.
func runChild(ctx context.Context, c Case, bin string, s Setup, only int) (run Run, err error) {
	out := bin + ".jsonl"
	defer os.Remove(out)
	ctx, cancel := context.WithTimeoutCause(ctx, s.Deadline, errDeadline)
	defer cancel()

	// The child holds one end of a pipe, this process the other. If this
	// process is killed, the child notices.
	r, w, err := os.Pipe()
	if err != nil {
		return run, err
	}
	defer w.Close()

	cmd := exec.CommandContext(ctx, bin, "-test.run=^"+loadTest+"$", "-test.count=1", "-test.timeout="+(2*s.Deadline).String())
	cmd.Dir = c.Dir
	cmd.Env = append(environ(),
		"BP_RIG_OUT="+out,
		"BP_RIG_LEASH=3",
		"BP_RIG_SECONDS="+strconv.FormatFloat(s.Stage.Seconds(), 'g', -1, 64),
		"BP_RIG_LOWER="+strconv.FormatFloat(s.Lower.Seconds(), 'g', -1, 64),
		"BP_RIG_RATES="+strconv.Itoa(s.Rates),
		"GOMEMLIMIT="+strconv.FormatInt(s.Memory, 10),
		"PWD="+c.Dir,
	)
	if only >= 0 {
		cmd.Env = append(cmd.Env, "BP_RIG_STAGE="+strconv.Itoa(only))
	}
	if s.Address > 0 && runtime.GOOS == "linux" {
		cmd.Env = append(cmd.Env, "BP_RIG_AS="+strconv.FormatUint(s.Address, 10))
	}
	cmd.ExtraFiles = []*os.File{r}
	var said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &said, &said
	group(cmd)
	err = cmd.Start()
	_ = r.Close() // the child has its own
	if err != nil {
		return run, err
	}
	err = cmd.Wait()
	sweep(cmd)
	if ctx.Err() != nil {
		return run, fmt.Errorf("child ended: %w", context.Cause(ctx))
	}
	if err != nil {
		return run, fmt.Errorf("child failed: %w\n%s", err, tail(said.Bytes()))
	}
	f, err := os.Open(out)
	if err != nil {
		return run, fmt.Errorf("child wrote no samples (is its load test %s?): %w", loadTest, err)
	}
	defer f.Close()
	return ReadRun(f)
}

// environ returns the environment without what steers the Go runtime and the
// rig.
func environ() []string {
	var env []string
	for _, kv := range os.Environ() {
		name, _, _ := strings.Cut(kv, "=")
		switch {
		case strings.HasPrefix(name, "BP_RIG_"), name == "GOGC", name == "GODEBUG", name == "GOTRACEBACK":
		default:
			env = append(env, kv)
		}
	}
	return env
}

// tail returns the end of what a process said.
func tail(b []byte) []byte {
	const most = 2000 // bytes
	b = bytes.TrimSpace(b)
	return b[max(0, len(b)-most):]
}
