// Package since answers which lines of a working tree were changed since a
// revision. It asks git, and says what is missing where git cannot tell.
package since

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/backpressure-go/backpressure/internal/driver"
)

// Changes are the lines that were changed.
type Changes struct {
	lines map[string][]span // by absolute name without symbolic links
	whole map[string]bool   // files that git does not have
	real  map[string]string // names without symbolic links
}

// A span is some lines, first to last.
type span struct{ first, last int }

// Revision returns the changes in the working tree that dir is in since
// revision rev, those not committed and files not added among them.
func Revision(ctx context.Context, dir, rev string) (*Changes, error) {
	g, err := open(ctx, dir)
	if err != nil {
		return nil, err
	}
	commit, err := g.commit(rev)
	if err != nil {
		return nil, err
	}
	return g.changes(commit)
}

// MergeBase returns the changes since the branch left revision rev.
func MergeBase(ctx context.Context, dir, rev string) (*Changes, error) {
	g, err := open(ctx, dir)
	if err != nil {
		return nil, err
	}
	commit, err := g.commit(rev)
	if err != nil {
		return nil, err
	}
	out, err := g.run("merge-base", "HEAD", commit)
	if err != nil {
		return nil, fmt.Errorf("git finds no common ancestor of HEAD and %s%s", rev, g.shallow())
	}
	return g.changes(strings.TrimSpace(string(out)))
}

// Has reports whether f is new: its lines, or those of its evidence, were
// changed.
func (c *Changes) Has(f driver.Finding) bool {
	if c.changed(f.File, f.Line, max(f.Line, f.EndLine)) {
		return true
	}
	for _, r := range f.Related {
		if c.changed(r.File, r.Line, r.Line) {
			return true
		}
	}
	return false
}

func (c *Changes) changed(file string, first, last int) bool {
	name, ok := c.real[file]
	if !ok {
		name = realName(file)
		c.real[file] = name
	}
	if c.whole[name] {
		return true
	}
	for _, s := range c.lines[name] {
		if s.first <= last && first <= s.last {
			return true
		}
	}
	return false
}

// realName returns name without symbolic links.
func realName(name string) string {
	if r, err := filepath.EvalSymlinks(name); err == nil {
		return r
	}
	return name // a file that is gone has no findings
}

// A git runs git in the working tree at root.
type git struct {
	ctx  context.Context
	root string
}

func open(ctx context.Context, dir string) (*git, error) {
	if _, err := exec.LookPath("git"); err != nil {
		return nil, fmt.Errorf("what is new is asked of git, which is not installed: %w", err)
	}
	g := &git{ctx, dir}
	out, err := g.run("rev-parse", "--show-toplevel")
	if err != nil {
		return nil, fmt.Errorf("what is new is asked of git, but %s: %w", dir, err)
	}
	g.root = realName(filepath.FromSlash(strings.TrimRight(string(out), "\r\n")))
	return g, nil
}

// run runs git, whose own words are the error.
func (g *git) run(args ...string) ([]byte, error) {
	cmd := exec.CommandContext(g.ctx, "git", append([]string{"-C", g.root, "-c", "core.quotePath=false"}, args...)...)
	cmd.Env = append(os.Environ(), "LC_ALL=C", "GIT_OPTIONAL_LOCKS=0")
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if message := strings.TrimSpace(stderr.String()); err != nil && message != "" {
		err = errors.New(strings.TrimPrefix(message, "fatal: "))
	}
	return out, err
}

// commit returns the name of the commit that rev means.
func (g *git) commit(rev string) (string, error) {
	out, err := g.run("rev-parse", "--verify", "--quiet", "--end-of-options", rev+"^{commit}")
	if err != nil {
		return "", fmt.Errorf("git knows no revision %q%s", rev, g.shallow())
	}
	return strings.TrimSpace(string(out)), nil
}

// shallow says so if the clone has not the whole history.
func (g *git) shallow() string {
	out, err := g.run("rev-parse", "--is-shallow-repository")
	if err == nil && strings.TrimSpace(string(out)) == "true" {
		return "; the clone is shallow: fetch its history (fetch-depth: 0 in a GitHub workflow, GIT_DEPTH: 0 in GitLab)"
	}
	return ""
}

// changes compares the working tree with a commit.
func (g *git) changes(commit string) (*Changes, error) {
	c := &Changes{lines: map[string][]span{}, whole: map[string]bool{}, real: map[string]string{}}
	out, err := g.run("diff", "--unified=0", "--no-color", "--no-ext-diff", "--no-textconv", "--find-renames",
		"--src-prefix=a/", "--dst-prefix=b/", "--ignore-submodules", commit, "--", "*.go")
	if err != nil {
		return nil, fmt.Errorf("git diff: %w", err)
	}
	if err := c.parse(g.root, out); err != nil {
		return nil, fmt.Errorf("git diff: %w", err)
	}
	out, err = g.run("ls-files", "--others", "--exclude-standard", "-z", "--", "*.go")
	if err != nil {
		return nil, fmt.Errorf("git ls-files: %w", err)
	}
	for name := range strings.SplitSeq(string(out), "\x00") {
		if name != "" {
			c.whole[filepath.Join(g.root, filepath.FromSlash(name))] = true
		}
	}
	return c, nil
}

// parse reads a diff without context.
func (c *Changes) parse(root string, diff []byte) error {
	file := ""
	left := 0 // lines of the hunk that are still to come
	for line := range strings.Lines(string(diff)) {
		line = strings.TrimRight(line, "\r\n")
		switch {
		case left > 0 && (strings.HasPrefix(line, "+") || strings.HasPrefix(line, "-")):
			left--
		case strings.HasPrefix(line, "+++ "):
			name, err := fileName(strings.TrimPrefix(line, "+++ "))
			if err != nil {
				return err
			}
			file = filepath.Join(root, filepath.FromSlash(name))
		case strings.HasPrefix(line, "@@ "):
			fields := strings.Fields(line)
			if len(fields) < 3 {
				return fmt.Errorf("a hunk begins with %q", line)
			}
			_, removed, err := hunkRange(fields[1], "-")
			if err != nil {
				return err
			}
			first, added, err := hunkRange(fields[2], "+")
			if err != nil {
				return err
			}
			left = removed + added
			s := span{first, first + added - 1}
			if added == 0 { // what stands around the gap has changed
				s.last = first + 1
			}
			c.lines[file] = append(c.lines[file], s)
		}
	}
	return nil
}

// fileName returns the name behind "+++ ", which git quotes where it must.
func fileName(s string) (string, error) {
	s = strings.TrimSuffix(s, "\t") // git's mark for names with spaces
	if strings.HasPrefix(s, `"`) {
		name, err := strconv.Unquote(s)
		if err != nil {
			return "", fmt.Errorf("the name of a file is %s", s)
		}
		s = name
	}
	return strings.TrimPrefix(s, "b/"), nil
}

// hunkRange reads "-first,count" or "+first".
func hunkRange(s, sign string) (first, count int, err error) {
	a, b, ok := strings.Cut(strings.TrimPrefix(s, sign), ",")
	count = 1
	if first, err = strconv.Atoi(a); err == nil && ok {
		count, err = strconv.Atoi(b)
	}
	if err != nil {
		return 0, 0, fmt.Errorf("the lines of a hunk are %q", s)
	}
	return first, count, nil
}
