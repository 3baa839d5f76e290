package driver

import (
	"errors"
	"fmt"
	"go/scanner"
	"maps"
	"slices"

	"golang.org/x/tools/go/packages"
)

// check renders drafts and type-checks the packages they belong to, with
// their tests. It returns the fix that is to blame if that fails.
func (c *checker) check(drafts map[string]*draft, accepted []*Finding) (bad *Finding, reason string, err error) {
	if len(accepted) == 0 {
		return nil, "", nil
	}
	overlay := map[string][]byte{}
	patterns := map[string]bool{}
	for name, d := range drafts {
		if err := d.render(); err != nil {
			p := Problem{File: name, Message: err.Error()}
			var list scanner.ErrorList
			if errors.As(err, &list) {
				p.Line, p.Message = list[0].Pos.Line, list[0].Msg
			}
			return blame(drafts, p), fmt.Sprintf("the file would not parse: line %d: %s", p.Line, p.Message), nil
		}
		overlay[name] = d.new
		patterns[c.editable[name]] = true
	}
	list := slices.Sorted(maps.Keys(patterns))
	after, err := c.errors(list, overlay)
	if err != nil || len(after) == 0 {
		return nil, "", err
	}
	if c.before == nil {
		before, err := c.errors(list, nil)
		if err != nil {
			return nil, "", err
		}
		c.before = map[string]bool{}
		for _, p := range before {
			c.before[p.File+": "+p.Message] = true
		}
	}
	for _, p := range after {
		if c.before[p.File+": "+p.Message] {
			continue
		}
		if bad := blame(drafts, p); bad != nil {
			return bad, fmt.Sprintf("the package would not compile: line %d: %s", p.Line, p.Message), nil
		}
		last := accepted[len(accepted)-1]
		return last, "the packages would not compile: " + p.Message, nil
	}
	return nil, "", nil
}

// errors type-checks packages, with overlay in place of files.
func (c *checker) errors(patterns []string, overlay map[string][]byte) ([]Problem, error) {
	pkgs, err := packages.Load(&packages.Config{
		Context: c.ctx, Dir: c.o.Dir, Env: c.o.Env, BuildFlags: c.o.Flags, Tests: true, Overlay: overlay,
		Mode: packages.LoadSyntax,
	}, patterns...)
	if err != nil {
		return nil, fmt.Errorf("checking the fixes: %w", err)
	}
	var out []Problem
	for _, pkg := range pkgs {
		for _, e := range pkg.Errors {
			if e.Kind == packages.ListError && len(pkg.Syntax) > 0 {
				continue // the compiler's account of what the type checker says better
			}
			p, _ := parsePlace(c.o.Dir, e.Pos)
			p.Message = e.Msg
			out = append(out, p)
		}
	}
	return sortProblems(out), nil
}

// blame returns the finding whose edit is nearest to p in the new text of its
// file, or in any file of drafts if p's is not edited; nil if there is none.
func blame(drafts map[string]*draft, p Problem) *Finding {
	d := drafts[p.File]
	if d == nil {
		return nil
	}
	var best *Finding
	distance, added := 0, 0
	for _, e := range d.edits { // sorted by render
		first := 1 + lineCount(string(d.old[:min(e.Start, len(d.old))])) + added
		last := first + lineCount(e.New)
		away := max(first-p.Line, p.Line-last, 0)
		if best == nil || away < distance {
			best, distance = e.owner, away
		}
		added += lineCount(e.New) - lineCount(string(d.old[e.Start:min(e.End, len(d.old))]))
	}
	return best
}

func lineCount(s string) int {
	n := 0
	for i := range len(s) {
		if s[i] == '\n' {
			n++
		}
	}
	return n
}
