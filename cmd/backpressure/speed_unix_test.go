//go:build unix

package main

import (
	"bytes"
	"errors"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"syscall"
	"testing"
	"time"
)

var (
	speedModule = flag.String("speed", "", "`directory` of a module to measure the speed on, beside staticcheck")
	speedOther  = flag.String("staticcheck", "staticcheck", "`program` to measure beside")
	speedRuns   = flag.Int("speedruns", 3, "`number` of pairs")
)

// What a run may take, as a part of what staticcheck takes in the same minute.
const (
	mostColdCPU  = 0.5
	mostWarmWall = 1.25
	mostMemory   = 500 << 20 // bytes
)

// A cost is what a run has taken, the go command that it starts included.
type cost struct {
	cpu, wall time.Duration
	memory    int64
}

// TestSpeed measures the tool with all rules beside staticcheck, each with an
// empty cache and then with the one just filled, where all dependencies are
// compiled:
//
//	go install honnef.co/go/tools/cmd/staticcheck@v0.8.2
//	go test -v -run TestSpeed ./cmd/backpressure -speed DIR
//
// Pairs are measured in turn, so that a busy machine is busy for both. CPU time
// says most; the medians are compared.
func TestSpeed(t *testing.T) {
	if *speedModule == "" {
		t.Skip("takes a module to measure on: -speed DIR, and staticcheck v0.8.2")
	}
	tool := filepath.Join(t.TempDir(), "backpressure") // the one in PATH is this test
	if out, err := exec.Command("go", "build", "-o", tool, ".").CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	measure(t, "go", "build", "./...") // for the export data
	ours, theirs := [2][]cost{}, [2][]cost{}
	for range *speedRuns {
		for name, costs := range map[string]*[2][]cost{tool: &ours, *speedOther: &theirs} {
			cache := t.TempDir()
			t.Setenv("BACKPRESSURE_CACHE", cache)
			t.Setenv("STATICCHECK_CACHE", cache)
			for i := range costs {
				c := measure(t, name, "./...")
				costs[i] = append(costs[i], c)
				t.Logf("%-13s %-5s CPU %6.1f s, wall %6.1f s, peak %4d MB", filepath.Base(name),
					[]string{"cold", "warm"}[i], c.cpu.Seconds(), c.wall.Seconds(), c.memory>>20)
			}
		}
	}
	cpu := func(c cost) float64 { return c.cpu.Seconds() }
	wall := func(c cost) float64 { return c.wall.Seconds() }
	if r := median(ours[0], cpu) / median(theirs[0], cpu); r > mostColdCPU {
		t.Errorf("cold: %.2f of the CPU time, want at most %.2f", r, mostColdCPU)
	} else {
		t.Logf("cold: %.2f of the CPU time", r)
	}
	if r := median(ours[1], wall) / median(theirs[1], wall); r > mostWarmWall {
		t.Errorf("warm: %.2f of the wall time, want at most %.2f", r, mostWarmWall)
	} else {
		t.Logf("warm: %.2f of the wall time", r)
	}
	if m := median(ours[0], func(c cost) float64 { return float64(c.memory) }); m > mostMemory {
		t.Errorf("peak: %.0f MB, want at most %d", m/(1<<20), mostMemory>>20)
	}
}

// measure runs a program on the module. It may find something.
func measure(t *testing.T, name string, args ...string) cost {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), name, args...)
	cmd.Dir = *speedModule
	cmd.Env = append(os.Environ(), "GOWORK=off", "BACKPRESSURE_CONFIG=off")
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	start := time.Now()
	err := cmd.Run()
	wall := time.Since(start)
	var exit *exec.ExitError
	if err != nil && (!errors.As(err, &exit) || exit.ExitCode() != 1) {
		t.Fatalf("%s: %v\n%s", name, err, &stderr)
	}
	usage := cmd.ProcessState.SysUsage().(*syscall.Rusage)
	memory := int64(usage.Maxrss)
	if runtime.GOOS != "darwin" {
		memory <<= 10
	}
	return cost{cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime(), wall, memory}
}

func median(list []cost, of func(cost) float64) float64 {
	var values []float64
	for _, c := range list {
		values = append(values, of(c))
	}
	slices.Sort(values)
	return values[len(values)/2]
}
