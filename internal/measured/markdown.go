package measured

import (
	"fmt"
	"strings"
)

// Slug names the files of the case: unboundedgo-acceptloop.
func (c Case) Slug() string { return strings.ReplaceAll(c.Name, "/", "-") }

// Markdown returns the page of the report. plots is the path of the plots
// from the page.
func (r Report) Markdown(plots string) string {
	var b strings.Builder
	b.WriteString("# What was measured\n\n")
	b.WriteString("Each case is a package of `testdata`: the source that a rule reports, each fix that it offers, and a load test.\n" +
		"`cmd/bpbench` builds each of them, offers load in fresh processes at rates below and above what the work carries,\n" +
		"and fits how much of a resource each unserved peer costs. A flagged program must grow, a fixed one must hold, and\n" +
		"the flagged one must reach at least ten times the peak of each fixed one.\n\n")
	fmt.Fprintf(&b, "Machine: %s. Date: %s.", r.Machine, r.Date)
	if r.Short {
		b.WriteString(" Short mode: three rates, ramped in one process, twice.")
	} else {
		b.WriteString(" Full mode: five rates, a fresh process for each, three times.")
	}
	b.WriteString("\n\n`per peer` is the slope with a 95 % interval, in goroutines, threads, waiters, queue entries or units of heap\n" +
		"per peer that is offered and not served.\n\n")
	b.WriteString("| case | variant | per peer | peak | done/s | honest p99 | verdict |\n|---|---|---|---|---|---|---|\n")
	for _, c := range r.Cases {
		for _, v := range c.Variants {
			fmt.Fprintf(&b, "| [%s](#%s) | %s | %s | %s | %.0f | %s | %s |\n",
				c.Name, anchor(c.Name), cell(v.Label()), v.Interval(), c.Peaks(v), v.DoneRate, v.Waits(), v.Verdict)
		}
	}
	for _, c := range r.Cases {
		fmt.Fprintf(&b, "\n## %s\n\n", c.Name)
		if len(c.Kinds) > 0 {
			fmt.Fprintf(&b, "Reported as %s. ", strings.Join(c.Kinds, ", "))
		}
		if c.Capacity > 0 {
			fmt.Fprintf(&b, "The work behind it carries %.0f a second. ", c.Capacity)
		}
		fmt.Fprintf(&b, "What grows: %s.\n\n![%s](%s/%s.svg)\n", c.Things(), c.Name, plots, c.Slug())
		for _, v := range c.Variants {
			note := ""
			if v.Note != "" {
				note = " (" + v.Note + ")"
			}
			fmt.Fprintf(&b, "\n- %s%s: %s", v.Label(), note, c.Sentence(v))
		}
		b.WriteString("\n")
		for _, f := range c.Failures {
			fmt.Fprintf(&b, "\nNot proved: %s\n", f)
		}
	}
	return b.String()
}

// anchor is what a heading of that name is linked by.
func anchor(heading string) string { return strings.ReplaceAll(strings.ToLower(heading), "/", "") }

func cell(s string) string { return strings.ReplaceAll(s, "|", `\|`) }
