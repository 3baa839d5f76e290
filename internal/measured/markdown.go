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
	r.scenarios(&b)
	fmt.Fprintf(&b, "Machine: %s. Date: %s.", r.Machine, r.Date)
	if r.Short {
		b.WriteString(" Short mode: three rates, ramped in one process, twice, four programs at a time.")
	} else {
		b.WriteString(" Full mode: five rates, a fresh process for each, three times, one program at a time.")
	}
	if r.Load > 0 {
		fmt.Fprintf(&b, " The machine was not idle: its load average was up to %.0f.", r.Load)
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

// scenarios are what programs without backpressure do in the ways that are
// best known, with the case that shows each.
var scenarios = []struct{ what, name string }{
	{"An echo server whose clients read slowly", "unbufferedwrite/echo"},
	{"An accept loop in front of a pool of 50 connections", "unboundedgo/lateacquire"},
	{"A semaphore that everybody waits for, against one that says when it is full: 503 with Retry-After", "semwait/goneclients"},
	{"503 without Retry-After, against 503 with it", "serverlimit/comebacks"},
	{"A stream whose writer does not obey flow control", "unboundedqueue/attach"},
	{"A fan-out of file reads, each of which takes a thread", "unboundedgo/fanoutfiles"},
	{"A producer that outruns its consumer", "unboundedqueue/jobs"},
	{"A database pool without a limit", "serverlimit/sqlwaits"},
}

// scenarios writes which case shows what.
func (r Report) scenarios(b *strings.Builder) {
	wrote := false
	for _, s := range scenarios {
		for _, c := range r.Cases {
			if c.Name == s.name {
				fmt.Fprintf(b, "- %s: [%s](#%s)\n", s.what, s.name, anchor(s.name))
				wrote = true
			}
		}
	}
	if wrote {
		b.WriteByte('\n')
	}
}

// anchor is what a heading of that name is linked by.
func anchor(heading string) string { return strings.ReplaceAll(strings.ToLower(heading), "/", "") }

func cell(s string) string { return strings.ReplaceAll(s, "|", `\|`) }
