package formats

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"reflect"
	"slices"
)

// A Log is a SARIF log that this program wrote.
type Log struct {
	Name string
	Data []byte
}

// MergeSARIF writes the logs of runs over parts of the code as a log of one
// run. Results that are in several logs are written once.
func MergeSARIF(w io.Writer, logs []Log) error {
	var out sarifRun
	for i, l := range logs {
		var log sarifLog
		if err := json.Unmarshal(l.Data, &log); err != nil {
			return fmt.Errorf("%s: %w", l.Name, err)
		}
		if len(log.Runs) != 1 || log.Runs[0].Tool.Driver.Name != "backpressure" || len(log.Runs[0].Invocations) != 1 {
			return fmt.Errorf("%s: not a SARIF log of one run of backpressure", l.Name)
		}
		run := log.Runs[0]
		if i == 0 {
			out = run
			out.Results, out.Tool.Driver.Rules, out.Invocations = nil, nil, []sarifInvocation{{Successful: true}}
		}
		if got, want := run.Tool.Driver.Version, out.Tool.Driver.Version; got != want {
			return fmt.Errorf("%s: made by version %q, and %s by %q", l.Name, got, logs[0].Name, want)
		}
		if err := out.add(run); err != nil {
			return fmt.Errorf("%s: %w", l.Name, err)
		}
	}
	out.number()
	return encodeSARIF(w, out)
}

// add adds the results of another run, and the rules that they refer to.
func (r *sarifRun) add(run sarifRun) error {
	for _, rule := range run.Tool.Driver.Rules {
		if !slices.ContainsFunc(r.Tool.Driver.Rules, func(known sarifRule) bool { return known.ID == rule.ID }) {
			r.Tool.Driver.Rules = append(r.Tool.Driver.Rules, rule)
		}
	}
	for _, res := range run.Results {
		if len(res.Locations) == 0 || !slices.ContainsFunc(r.Tool.Driver.Rules, func(rule sarifRule) bool { return rule.ID == res.RuleID }) {
			return fmt.Errorf("a result without a place or a rule: %s", res.RuleID)
		}
		res.RuleIndex = 0
		if !slices.ContainsFunc(r.Results, func(known sarifResult) bool { return reflect.DeepEqual(known, res) }) {
			r.Results = append(r.Results, res)
		}
	}
	inv, all := run.Invocations[0], &r.Invocations[0]
	all.Successful = all.Successful && inv.Successful
	for _, n := range inv.Notifications {
		if !slices.ContainsFunc(all.Notifications, func(known sarifNotification) bool { return reflect.DeepEqual(known, n) }) {
			all.Notifications = append(all.Notifications, n)
		}
	}
	return nil
}

// number brings results and rules into the order in which one run would have
// written them.
func (r *sarifRun) number() {
	slices.SortStableFunc(r.Results, func(a, b sarifResult) int {
		x, y := a.Locations[0].Physical, b.Locations[0].Physical
		return cmp.Or(
			cmp.Compare(a.rank(), b.rank()),
			cmp.Compare(x.Artifact.URI, y.Artifact.URI),
			cmp.Compare(x.line(), y.line()),
		)
	})
	rules := r.Tool.Driver.Rules
	r.Tool.Driver.Rules = []sarifRule{}
	for i := range r.Results {
		res := &r.Results[i]
		has := func(rule sarifRule) bool { return rule.ID == res.RuleID }
		if res.RuleIndex = slices.IndexFunc(r.Tool.Driver.Rules, has); res.RuleIndex < 0 {
			res.RuleIndex = len(r.Tool.Driver.Rules)
			r.Tool.Driver.Rules = append(r.Tool.Driver.Rules, rules[slices.IndexFunc(rules, has)])
		}
	}
	if r.Results == nil {
		r.Results = []sarifResult{}
	}
}

// rank is 0 for what is reported, then comes the baseline, then comments.
func (res sarifResult) rank() int {
	switch {
	case len(res.Suppressions) == 0:
		return 0
	case res.Suppressions[0].Kind == "external":
		return 1
	}
	return 2
}

func (p sarifPhysical) line() int {
	if p.Region == nil {
		return 0
	}
	return p.Region.StartLine
}
