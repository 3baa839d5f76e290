package bench

import (
	"math"
	"math/rand/v2"
	"slices"
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
	// minApart is the share of the whole range by which two points must differ
	// for their slope to count.
	minApart = 0.25
	// blockLen is how many neighbouring points are resampled together.
	blockLen = 3
	// resamples is how often the bootstrap draws.
	resamples = 1000
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
// returns the medians of each.
func binPoints(st Stage, top int64) []Point {
	var xs, ys [bins][]float64
	for _, s := range st.Samples {
		if x := s.Excess(); top > 0 && 2*x >= top {
			i := min(int((2*x-top)*bins/top), bins-1)
			xs[i] = append(xs[i], float64(x))
			ys[i] = append(ys[i], st.Amount(s))
		}
	}
	var out []Point
	for i := range xs {
		if len(xs[i]) > 0 {
			out = append(out, Point{median(xs[i]), median(ys[i])})
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

// growth returns the slope through all points of the runs, given per run, and
// false if they determine none.
func growth(runs [][]Point) (Slope, bool) {
	v, ok := theilSen(slices.Concat(runs...))
	if !ok {
		return Slope{}, false
	}
	// The seed is fixed: the same samples get the same verdict.
	rng := rand.New(rand.NewPCG(1, 2))
	drawn := make([]float64, 0, resamples)
	for range resamples {
		var ps []Point
		for range runs {
			ps = appendBlocks(ps, runs[rng.IntN(len(runs))], rng)
		}
		if s, ok := theilSen(ps); ok {
			drawn = append(drawn, s)
		}
	}
	if len(drawn) < resamples/2 {
		return Slope{}, false // too few distinct points to resample
	}
	slices.Sort(drawn)
	tail := (1 - confidence) / 2
	return Slope{
		Value: v,
		Lo:    min(v, drawn[int(tail*float64(len(drawn)))]),
		Hi:    max(v, drawn[int((1-tail)*float64(len(drawn)-1))]),
	}, true
}

// appendBlocks appends as many points as run has, in blocks drawn from it.
func appendBlocks(ps, run []Point, rng *rand.Rand) []Point {
	if len(run) == 0 {
		return ps
	}
	n := min(blockLen, len(run))
	for left := len(run); left > 0; left -= n {
		i := rng.IntN(len(run) - n + 1)
		ps = append(ps, run[i:i+min(n, left)]...)
	}
	return ps
}

// theilSen returns the median slope over the pairs of points that are far enough
// apart, and false if there is none. Close neighbours would say more about the
// error of a sample than about the slope.
func theilSen(ps []Point) (float64, bool) {
	if len(ps) < 2 {
		return 0, false
	}
	lo, hi := ps[0].X, ps[0].X
	for _, p := range ps {
		lo, hi = min(lo, p.X), max(hi, p.X)
	}
	apart := (hi - lo) * minApart
	slopes := make([]float64, 0, len(ps)*(len(ps)-1)/2)
	for i, p := range ps {
		for _, q := range ps[i+1:] {
			if d := math.Abs(q.X - p.X); d > 0 && d >= apart {
				slopes = append(slopes, (q.Y-p.Y)/(q.X-p.X))
			}
		}
	}
	if len(slopes) == 0 {
		return 0, false
	}
	return median(slopes), true
}

// median returns the median of v, which it sorts. It is NaN for none.
func median(v []float64) float64 {
	if len(v) == 0 {
		return math.NaN()
	}
	slices.Sort(v)
	m := len(v) / 2
	if len(v)%2 == 1 {
		return v[m]
	}
	return (v[m-1] + v[m]) / 2
}
