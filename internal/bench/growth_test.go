package bench

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"
)

// series returns a run of one stage in which the excess rises to top while the
// resource is of(excess).
func series(top int, of func(x float64) float64) Run {
	st := Stage{Rate: 1000, Capacity: 200, Resource: "goroutines", Unit: 1}
	const n = 60
	for i := range n + 1 {
		x := float64(top) * float64(i) / n
		st.Samples = append(st.Samples, Sample{
			T: float64(i) / 50, Offered: int64(x) + int64(i), Done: int64(i), Goroutines: int64(of(x)),
		})
	}
	return Run{Stages: []Stage{st}}
}

// slowed returns r with so many times the time between its samples.
func slowed(r Run, times float64) Run {
	for _, st := range r.Stages {
		for i := range st.Samples {
			st.Samples[i].T *= times
		}
	}
	return r
}

func TestJudge(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 7))
	jitter := func(f func(float64) float64, by float64) func(float64) float64 {
		return func(x float64) float64 { return max(0, f(x)+by*rng.NormFloat64()) }
	}
	linear := func(x float64) float64 { return 5 + x }
	bounded := func(x float64) float64 { return 5 + min(x, 256) }
	spikes := func(f func(float64) float64) func(float64) float64 {
		return func(x float64) float64 {
			if rng.IntN(6) == 0 {
				return 0
			}
			return f(x)
		}
	}
	tests := []struct {
		name string
		runs []Run
		want Verdict
		why  string
	}{
		{"linear", []Run{series(4000, linear), series(3000, linear)}, Grows, ""},
		{"linearjittered", []Run{series(4000, jitter(linear, 300)), series(4000, jitter(linear, 300))}, Grows, ""},
		{"linearspikes", []Run{series(4000, spikes(linear)), series(4000, spikes(linear))}, Grows, ""},
		{"twoperpeer", []Run{series(4000, func(x float64) float64 { return 2 * x })}, Grows, ""},
		{"bounded", []Run{series(4000, bounded), series(3000, bounded)}, Holds, ""},
		{"boundedjittered", []Run{series(4000, jitter(bounded, 20)), series(4000, jitter(bounded, 20))}, Holds, ""},
		{"falling", []Run{series(4000, func(x float64) float64 { return 300 - x/20 })}, Holds, ""},
		{"loadtoosmall", []Run{series(600, bounded), series(600, bounded)}, Undecided, "the load was too small"},
		{"loadbelowbound", []Run{series(200, bounded), series(200, bounded)}, Grows, ""},
		{"noise", []Run{
			series(4000, func(float64) float64 { return 4000 * rng.Float64() }),
			series(4000, func(float64) float64 { return 4000 * rng.Float64() }),
		}, Undecided, "the slope is between"},
		{"slow", []Run{series(4000, func(x float64) float64 { return x / 5 })}, Undecided, "the slope is between"},
		{"runsdisagree", []Run{series(4000, linear), series(4000, bounded)}, Undecided, "the slope is between"},
		{"starved", []Run{slowed(series(4000, bounded), 10), slowed(series(4000, bounded), 10)}, Undecided, "too busy"},
		{"onceslow", []Run{slowed(series(4000, bounded), 10), series(4000, bounded), series(4000, bounded)}, Holds, ""},
		{"noload", []Run{series(0, bounded)}, Undecided, "too few"},
		{"nothing", nil, Undecided, "too few"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, slope, why := Judge(tt.runs)
			if got != tt.want || !strings.Contains(why, tt.why) {
				t.Errorf("got %s (%s), slope %.3f [%.3f, %.3f], want %s (%s)", got, why, slope.Value, slope.Lo, slope.Hi, tt.want, tt.why)
			}
		})
	}
}

// TestRobust checks that an eighth of wild points does not move the slope.
func TestRobust(t *testing.T) {
	var ps []Point
	for i := range 40 {
		y := 3 + 2*float64(i)
		if i%8 == 0 {
			y = 1e6
		}
		ps = append(ps, Point{float64(i), y})
	}
	got, ok := growth([][]Point{ps})
	if !ok || math.Abs(got.Value-2) > 0.5 || got.Lo < 1.5 || got.Hi > 2.5 {
		t.Errorf("slope %v, %v, want about 2", got, ok)
	}
	if _, ok := growth([][]Point{{{1, 2}, {1, 3}}}); ok {
		t.Error("two points with the same X have a slope")
	}
}

// TestInterval checks that the interval holds the true slope about as often as
// it says, for points with independent errors.
func TestInterval(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	const trials, slope = 40, 0.3
	held := 0
	for range trials {
		var runs [][]Point
		for range 3 {
			var ps []Point
			for i := range 12 {
				ps = append(ps, Point{float64(i), slope*float64(i) + rng.NormFloat64()})
			}
			runs = append(runs, ps)
		}
		if s, ok := growth(runs); ok && s.Lo <= slope && slope <= s.Hi {
			held++
		}
	}
	if share := float64(held) / trials; share < 0.85 {
		t.Errorf("the interval holds the slope in %.0f%% of trials", 100*share)
	}
}
