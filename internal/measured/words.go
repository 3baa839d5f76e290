package measured

import (
	"fmt"
	"math"
	"strings"
	"time"
)

// Axis names the load of c.
func (c Case) Axis() string {
	if c.PerCall {
		return "elements per call"
	}
	return "peers per second"
}

// Things names the resource of c in its units.
func (c Case) Things() string {
	if c.Unit == 1 || c.Unit == 0 {
		return c.Resource
	}
	if c.Resource == "heap" {
		return "heap, in units of " + Bytes(c.Unit)
	}
	return fmt.Sprintf("%s, in units of %.0f", c.Resource, c.Unit)
}

// Peaks says how much of the resource v reached: "4026 goroutines", "210 MB
// of heap".
func (c Case) Peaks(v Variant) string {
	if c.Resource == "heap" {
		return Bytes(v.Peak*c.Unit) + " of heap"
	}
	if c.Resource == "queue" {
		return fmt.Sprintf("%.0f queued", v.Peak)
	}
	return fmt.Sprintf("%.0f %s", v.Peak*max(c.Unit, 1), c.Resource)
}

// Sentence says in one line what was measured of v.
func (c Case) Sentence(v Variant) string {
	if len(v.Runs) == 0 {
		return "nothing was measured: " + v.Reason
	}
	s := fmt.Sprintf("%s at %s %s (%s)", c.Peaks(v), Number(v.TopRate()), c.Axis(), v.Verdict)
	if v.P99 > 0 {
		s += ", honest peers wait " + v.Waits()
	}
	return s
}

// TopRate returns the highest rate that v was offered.
func (v Variant) TopRate() (top float64) {
	for _, run := range v.Runs {
		for _, r := range run {
			top = max(top, r.Offered)
		}
	}
	return top
}

// Waits says how long the 99th of 100 honest peers waited.
func (v Variant) Waits() string {
	if v.P99 == 0 {
		return "-"
	}
	least := ""
	if v.AtLeast {
		least = "≥ "
	}
	return least + milliseconds(v.P99).String()
}

// Interval writes the slope with its interval.
func (v Variant) Interval() string {
	if len(v.Runs) == 0 {
		return "-"
	}
	return fmt.Sprintf("%.2f [%.2f, %.2f]", zero(v.Slope[0]), zero(v.Slope[1]), zero(v.Slope[2]))
}

// zero keeps a small negative number from being written as -0.00.
func zero(f float64) float64 {
	if math.Abs(f) < 0.005 {
		return 0
	}
	return f
}

// milliseconds returns ms with as many digits as are worth reading.
func milliseconds(ms float64) time.Duration {
	d := time.Duration(ms * float64(time.Millisecond))
	switch {
	case d > 10*time.Millisecond:
		return d.Round(time.Millisecond)
	case d > time.Millisecond:
		return d.Round(100 * time.Microsecond)
	}
	return d.Round(time.Microsecond)
}

// Bytes writes a number of bytes.
func Bytes(n float64) string {
	switch {
	case n >= 10e9:
		return fmt.Sprintf("%.0f GB", n/1e9)
	case n >= 1e6:
		return fmt.Sprintf("%.0f MB", n/1e6)
	case n >= 1e3:
		return fmt.Sprintf("%.0f kB", n/1e3)
	}
	return fmt.Sprintf("%.0f B", n)
}

// Number writes a number with thousands apart.
func Number(f float64) string {
	s := fmt.Sprintf("%.0f", f)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// String describes m in a line.
func (m Machine) String() string {
	var parts []string
	if m.CPU != "" {
		parts = append(parts, m.CPU)
	}
	parts = append(parts, fmt.Sprintf("%d cores", m.Cores))
	if m.Memory > 0 {
		parts = append(parts, Bytes(float64(m.Memory)))
	}
	return strings.Join(append(parts, m.OS+"/"+m.Arch, m.Go), ", ")
}
