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
	// minPoints is how few points are too few.
	minPoints = 6
)

// Judge says what runs of one program show, and why.
func Judge(runs []Run) (v Verdict, slope Slope, reason string) {
	var all [][]Point
	n := 0
	var excess int64
	var peak float64
	for _, r := range runs {
		ps := points(r)
		all = append(all, ps)
		n += len(ps)
		for _, st := range r.Stages {
			excess = max(excess, st.Peak(Sample.Excess))
			peak = max(peak, st.PeakAmount())
		}
	}
	if n < minPoints {
		return Undecided, slope, fmt.Sprintf("%d points are too few", n)
	}
	slope, ok := growth(all)
	switch {
	case !ok:
		return Undecided, slope, "too few points are at different loads"
	case slope.Lo >= growsFrom:
		return Grows, slope, fmt.Sprintf("each unserved peer costs %.2f or more", slope.Lo)
	case slope.Hi > holdsBelow:
		return Undecided, slope, fmt.Sprintf("the slope is between %.2f and %.2f: %.2f or more would grow, %.2f or less hold",
			slope.Lo, slope.Hi, growsFrom, holdsBelow)
	case float64(excess) < pressure*peak:
		return Undecided, slope, fmt.Sprintf("the load was too small: %d unserved peers at most, against a peak of %.0f", excess, peak)
	}
	return Holds, slope, fmt.Sprintf("each unserved peer costs %.2f or less", max(slope.Hi, 0))
}
