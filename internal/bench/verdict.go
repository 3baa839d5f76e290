package bench

import "fmt"

// A Verdict is what the samples of a program say.
type Verdict string

const (
	Grows     Verdict = "grows"
	Holds     Verdict = "holds"
	Undecided Verdict = "undecided"
)

const (
	// growsFrom is the least a peer that is not served costs in a program that
	// grows: half a goroutine, where a goroutine per peer costs one.
	growsFrom = 0.5
	// holdsBelow is the most it costs in a program that holds.
	holdsBelow = 0.05
	// pressure is how many times its peak a program that holds must have been
	// offered in excess: less does not tell a bound from a start.
	pressure = 4
	// starved is the time between two samples, in seconds, above which a
	// program that takes one every 20 ms does not get to run: what it does then
	// says nothing of what it does.
	starved = 0.1
	// minPoints is how few points are too few.
	minPoints = 6
)

// Judge says what runs of one program show, and why.
func Judge(runs []Run) (v Verdict, slope Slope, reason string) {
	var all [][]Point
	n := 0
	var excesses, tops, gaps []float64
	for _, r := range runs {
		ps := points(r)
		all = append(all, ps)
		n += len(ps)
		var excess, top float64
		for _, st := range r.Stages {
			excess = max(excess, float64(st.Peak(Sample.Excess)))
			top = max(top, st.PeakAmount())
		}
		excesses, tops, gaps = append(excesses, excess), append(tops, top), append(gaps, r.Top().gap())
	}
	if n < minPoints {
		return Undecided, slope, fmt.Sprintf("%d points are too few", n)
	}
	if gap := median(gaps); gap > starved {
		return Undecided, slope, fmt.Sprintf("the machine was too busy: samples came every %.0f ms", 1000*gap)
	}
	slope, ok := growth(all)
	excess, top := median(excesses), median(tops) // in one run, all may have come at once
	switch {
	case !ok:
		return Undecided, slope, "too few points are at different loads"
	case slope.Lo >= growsFrom:
		return Grows, slope, fmt.Sprintf("each unserved peer costs %.2f or more", slope.Lo)
	case slope.Hi > holdsBelow:
		return Undecided, slope, fmt.Sprintf("the slope is between %.2f and %.2f: %.2f or more would grow, %.2f or less hold",
			slope.Lo, slope.Hi, growsFrom, holdsBelow)
	case excess < pressure*top:
		return Undecided, slope, fmt.Sprintf("the load was too small: %.0f unserved peers at most, against a peak of %.0f", excess, top)
	}
	return Holds, slope, fmt.Sprintf("each unserved peer costs %.2f or less", max(slope.Hi, 0))
}
