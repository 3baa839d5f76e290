package bench

import (
	"cmp"
	"math"
	"slices"

	"golang.org/x/perf/benchmath"
)

// A Point is one pair of excess and resource.
type Point struct{ X, Y float64 }

// A Slope is how much of a resource each unit of excess costs, with an interval
// that holds the true value with the given confidence.
type Slope struct {
	Value  float64
	Lo, Hi float64
}

const (
	// bins is how many points a stage is reduced to.
	bins = 12
	// confidence is how sure the interval of a slope is.
	confidence = 0.95
)

// points reduces the samples of r to points whose excess is in the upper half
// of what the run reached, in the order of time.
func points(r Run) []Point {
	var top int64
	for _, st := range r.Stages {
		top = max(top, st.Peak(Sample.Excess))
	}
	var out []Point
	for _, st := range r.Stages {
		if st.PerCall {
			out = append(out, callPoints(st, top)...)
		} else {
			out = append(out, binPoints(st, top)...)
		}
	}
	return out
}

// binPoints splits the upper half of the excess into bins of equal width and
// returns the sample of each in which there was the most of the resource. What
// is offered shows before the program has got to it: where it has to wait for
// a processor, most samples are too low for their excess, and none is too high.
func binPoints(st Stage, top int64) []Point {
	var most [bins]Point
	var seen [bins]bool
	for _, s := range st.Samples {
		if x := s.Excess(); top > 0 && 2*x >= top {
			i := min(int((2*x-top)*bins/top), bins-1)
			if y := st.Amount(s); !seen[i] || y > most[i].Y {
				most[i], seen[i] = Point{float64(x), y}, true
			}
		}
	}
	var out []Point
	for i, p := range most {
		if seen[i] {
			out = append(out, p)
		}
	}
	return out
}

// callPoints returns a point for each call of the system: the most it took, and
// the excess then.
func callPoints(st Stage, top int64) []Point {
	var out []Point
	offered, most := int64(-1), -1.0
	for _, s := range st.Samples {
		if 2*s.Excess() < top {
			continue
		}
		if s.Offered != offered {
			offered, most = s.Offered, -1
			out = append(out, Point{})
		}
		if y := st.Amount(s); y > most {
			most = y
			out[len(out)-1] = Point{float64(s.Excess()), y}
		}
	}
	return out
}

// growth returns the slope through the points of the runs, given per run, and
// false if they determine none.
//
// Each point of a run is paired with one that is half a run away, and every
// pair says what the slope is. Their median is Theil's estimate: a few bad
// samples cannot move it far. No point is in two pairs, so that its interval is
// that of a median of independent values, which supposes nothing about how they
// are distributed. Runs that disagree make it wide.
func growth(runs [][]Point) (Slope, bool) {
	var slopes []float64
	for _, run := range runs {
		slopes = append(slopes, pairs(run)...)
	}
	if len(slopes) == 0 {
		return Slope{}, false
	}
	m := summary(slopes)
	if math.IsInf(m.Lo, 0) || math.IsInf(m.Hi, 0) {
		return Slope{}, false // too few for an interval
	}
	return Slope{Value: m.Center, Lo: m.Lo, Hi: m.Hi}, true
}

// pairs returns the slopes between the points of the lower half of a run and
// those of the upper half.
func pairs(run []Point) []float64 {
	run = slices.Clone(run)
	slices.SortStableFunc(run, func(a, b Point) int { return cmp.Compare(a.X, b.X) })
	half := len(run) / 2
	var out []float64
	for i, p := range run[:half] {
		if q := run[len(run)-half+i]; q.X > p.X {
			out = append(out, (q.Y-p.Y)/(q.X-p.X))
		}
	}
	return out
}

// summary returns the median of v with its interval.
func summary(v []float64) benchmath.Summary {
	return benchmath.AssumeNothing.Summary(benchmath.NewSample(slices.Clone(v), &benchmath.DefaultThresholds), confidence)
}

// median returns the median of v, NaN for none.
func median(v []float64) float64 {
	if len(v) == 0 {
		return math.NaN()
	}
	return summary(v).Center
}
