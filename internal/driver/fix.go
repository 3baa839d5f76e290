package driver

import (
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"github.com/rogpeppe/go-internal/diff"
	"golang.org/x/tools/go/packages"
)

// A Plan is what fixing findings does to the files of the main module.
type Plan struct {
	Applied []Finding // whose first fix is in the plan
	Left    []Left

	drafts map[string]*draft
}

// Left is a finding whose fix is not in a plan, with the reason.
type Left struct {
	Finding Finding
	Reason  string
}

// NewPlan plans the first fix of each finding. A fix is left out, whole, if
// it would edit a file that is not of the main module or has changed since
// the analysis, if it overlaps the fix of an earlier finding, or if the
// packages do not compile with it.
func NewPlan(ctx context.Context, o Options, findings []Finding) (*Plan, error) {
	p := &Plan{}
	var candidates []*Finding
	for i := range findings {
		switch f := &findings[i]; {
		case len(f.Fixes) > 0 && len(f.Fixes[0].Edits) > 0:
			candidates = append(candidates, f)
		case f.Unfixable != "":
			p.leave(f, f.Unfixable)
		}
	}
	if len(candidates) == 0 {
		return p, nil
	}
	c, err := newChecker(ctx, o)
	if err != nil {
		return nil, err
	}
	candidates = slices.DeleteFunc(candidates, func(f *Finding) bool {
		reason := c.refuse(f)
		if reason != "" {
			p.leave(f, reason)
		}
		return reason != ""
	})
	// Each round without success drops at least one candidate.
	for {
		accepted, overlapping, err := p.draw(candidates)
		if err != nil {
			return nil, err
		}
		bad, reason, err := c.check(p.drafts, accepted)
		if err != nil {
			return nil, err
		}
		if bad == nil {
			for _, f := range accepted {
				p.Applied = append(p.Applied, *f)
			}
			p.Left = append(p.Left, overlapping...)
			slices.SortStableFunc(p.Left, func(a, b Left) int { return a.Finding.compare(b.Finding) })
			return p, nil
		}
		p.leave(bad, reason)
		candidates = slices.DeleteFunc(candidates, func(f *Finding) bool { return f == bad })
	}
}

func (p *Plan) leave(f *Finding, reason string) { p.Left = append(p.Left, Left{*f, reason}) }

// draw merges the fixes of candidates, in order, into new drafts.
func (p *Plan) draw(candidates []*Finding) (accepted []*Finding, overlapping []Left, err error) {
	p.drafts = map[string]*draft{}
	for _, f := range candidates {
		fix := f.Fixes[0]
		for _, e := range fix.Edits {
			if p.drafts[e.File] == nil {
				if p.drafts[e.File], err = newDraft(e.File); err != nil {
					return nil, nil, err
				}
			}
		}
		switch other := merge(p.drafts, f, fix); other {
		case nil:
			accepted = append(accepted, f)
		case f:
			overlapping = append(overlapping, Left{*f, "its edits overlap"})
		default:
			overlapping = append(overlapping, Left{*f, fmt.Sprintf(
				"it overlaps the fix of line %d; run again for it", other.Line)})
		}
	}
	maps.DeleteFunc(p.drafts, func(_ string, d *draft) bool { return len(d.edits) == 0 })
	return accepted, overlapping, nil
}

func newDraft(name string) (*draft, error) {
	info, err := os.Stat(name)
	if err != nil {
		return nil, err
	}
	content, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	return &draft{name: name, mode: info.Mode().Perm(), old: content}, nil
}

// sorted returns the drafts by file name.
func (p *Plan) sorted() []*draft {
	var out []*draft
	for _, name := range slices.Sorted(maps.Keys(p.drafts)) {
		out = append(out, p.drafts[name])
	}
	return out
}

// Diff returns the plan as a unified diff with names relative to dir, empty
// if the plan changes nothing.
func (p *Plan) Diff(dir string) []byte {
	var out []byte
	for _, d := range p.sorted() {
		name := filepath.ToSlash(shortName(dir, d.name))
		out = append(out, diff.Diff("a/"+name, d.old, "b/"+name, d.new)...)
	}
	return out
}

// A checker knows which files may be edited and whether packages compile.
type checker struct {
	ctx      context.Context
	o        Options
	editable map[string]string // pattern of the package, by file
	before   map[string]bool   // errors there are without any fix; nil until needed
}

// newChecker lists the packages that were analysed.
func newChecker(ctx context.Context, o Options) (*checker, error) {
	pkgs, err := packages.Load(&packages.Config{
		Context: ctx, Dir: o.Dir, Env: o.Env, BuildFlags: o.Flags, Tests: o.Tests,
		Mode: packages.NeedName | packages.NeedFiles | packages.NeedModule,
	}, o.Patterns...)
	if err != nil {
		return nil, fmt.Errorf("listing packages: %w", err)
	}
	c := &checker{ctx: ctx, o: o, editable: map[string]string{}}
	for _, pkg := range pkgs {
		loose := pkg.PkgPath == "command-line-arguments"
		if !loose && (pkg.Module == nil || !pkg.Module.Main) {
			continue
		}
		for _, name := range pkg.GoFiles {
			if c.editable[name] = filepath.Dir(name); loose {
				c.editable[name] = "file=" + name
			}
		}
	}
	return c, nil
}

// refuse returns why the first fix of f cannot be made, or "".
func (c *checker) refuse(f *Finding) string {
	for _, e := range f.Fixes[0].Edits {
		if c.editable[e.File] == "" {
			return "only files of the main module are edited"
		}
		info, err := os.Lstat(e.File)
		if err != nil {
			return err.Error()
		}
		if info.Mode().Perm()&0o200 == 0 {
			return "the file is read-only"
		}
		content, err := os.ReadFile(e.File)
		if err != nil {
			return err.Error()
		}
		if sum(content) != f.Sums[e.File] {
			return "the file has changed since the analysis; run again"
		}
	}
	return ""
}
