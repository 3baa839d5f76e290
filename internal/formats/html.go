package formats

import (
	_ "embed"
	"fmt"
	"html/template"
	"io"
	"path"
	"slices"
	"strings"

	"github.com/rogpeppe/go-internal/diff"

	"github.com/backpressure-go/backpressure/internal/driver"
)

//go:embed report.html
var htmlSource string

// What the template shows.
type (
	htmlReport struct {
		Version  string
		Findings int
		Failing  int
		Known    int
		Silenced int
		Problems []string
		Groups   []htmlGroup
		Quiet    []htmlQuiet
	}
	htmlGroup struct {
		ID, Summary, URL string
		Help             []htmlText
		Findings         []htmlFinding
	}
	htmlFinding struct {
		Place, Message, Func, Unfixable string
		Fails                           bool
		Lines                           []htmlLine
		Related                         []htmlRelated
		Fixes                           []htmlFix
	}
	htmlLine struct {
		N                   int
		Before, Mark, After string
	}
	htmlRelated struct{ Place, Message, Line string }
	htmlFix     struct {
		Message string
		Diff    []htmlDiffLine
	}
	htmlDiffLine struct{ Class, Text string }
	htmlQuiet    struct{ Place, Message, Why string }
	htmlText     struct {
		Code bool
		Text string
	}
)

// contextLines is how many lines are shown above and below a finding.
const contextLines = 3

// writeHTML writes a page that needs nothing but itself: findings by kind,
// with their source, evidence, fixes and documentation.
func writeHTML(w io.Writer, r *Report) error {
	tmpl, err := template.New("report").Parse(htmlSource)
	if err != nil {
		return err
	}
	h := htmlWriter{r, sources{}}
	page := htmlReport{Version: r.Version, Findings: len(r.Findings), Known: len(r.Known), Silenced: len(r.Silenced)}
	byID := map[string]int{}
	for _, f := range r.Findings {
		i, ok := byID[id(f)]
		if !ok {
			i = len(page.Groups)
			byID[id(f)] = i
			page.Groups = append(page.Groups, h.group(f))
		}
		g := &page.Groups[i]
		g.Findings = append(g.Findings, h.finding(f))
		if r.Fails(f) {
			page.Failing++
		}
	}
	for _, f := range r.Known {
		page.Quiet = append(page.Quiet, htmlQuiet{h.place(f.File, f.Line), f.Message, "in the baseline"})
	}
	for _, f := range r.Silenced {
		page.Quiet = append(page.Quiet, htmlQuiet{h.place(f.File, f.Line), f.Message, "ignored: " + f.Silenced.Reason})
	}
	for _, p := range r.Problems {
		message := p.Message
		if p.File != "" {
			message = h.place(p.File, p.Line) + ": " + message
		}
		page.Problems = append(page.Problems, message)
	}
	return tmpl.Execute(w, page)
}

type htmlWriter struct {
	*Report
	src sources
}

func (h *htmlWriter) place(file string, line int) string {
	if line <= 0 {
		return h.name(file)
	}
	return fmt.Sprintf("%s:%d", h.name(file), line)
}

func (h *htmlWriter) group(f driver.Finding) htmlGroup {
	g := htmlGroup{ID: id(f)}
	if i := slices.IndexFunc(h.Rules, func(r Rule) bool { return r.ID() == g.ID }); i >= 0 {
		g.Summary, g.URL = h.Rules[i].Summary, h.Rules[i].URL
		for line := range strings.Lines(h.Rules[i].Help) {
			code := strings.HasPrefix(line, "\t")
			text := strings.TrimPrefix(line, "\t")
			if n := len(g.Help); n > 0 && (g.Help[n-1].Code == code || strings.TrimSpace(line) == "" && g.Help[n-1].Code) {
				g.Help[n-1].Text += text
			} else {
				g.Help = append(g.Help, htmlText{code, text})
			}
		}
	}
	return g
}

func (h *htmlWriter) finding(f driver.Finding) htmlFinding {
	out := htmlFinding{Place: h.place(f.File, f.Line), Message: bare(f), Func: f.Func, Fails: h.Fails(f), Unfixable: f.Unfixable}
	for n := max(1, f.Line-contextLines); n <= f.Line+contextLines; n++ {
		text := h.src.line(f.File, n)
		if text == nil && n > f.Line {
			break
		}
		line := htmlLine{N: n, Before: string(text)}
		if n == f.Line && f.Col > 0 && f.Col-1 <= len(text) {
			end := len(text)
			if f.EndLine == f.Line {
				end = min(max(f.EndCol-1, f.Col-1), len(text))
			}
			line.Before, line.Mark, line.After = string(text[:f.Col-1]), string(text[f.Col-1:end]), string(text[end:])
		}
		out.Lines = append(out.Lines, line)
	}
	for _, e := range f.Related {
		out.Related = append(out.Related, htmlRelated{h.place(e.File, e.Line), e.Message, strings.TrimSpace(string(h.src.line(e.File, e.Line)))})
	}
	for _, fix := range f.Fixes {
		out.Fixes = append(out.Fixes, htmlFix{fix.Message, h.diff(fix)})
	}
	return out
}

// diff returns a fix as a unified diff.
func (h *htmlWriter) diff(fix driver.Fix) []htmlDiffLine {
	var out []htmlDiffLine
	done := map[string]bool{}
	for _, e := range fix.Edits {
		if done[e.File] {
			continue
		}
		done[e.File] = true
		old := h.src.text(e.File)
		var edits []driver.Edit
		for _, other := range fix.Edits {
			if other.File == e.File {
				edits = append(edits, other)
			}
		}
		changed, ok := driver.Apply(old, edits)
		if !ok {
			continue // the file has changed since
		}
		name := path.Base(h.name(e.File))
		for line := range strings.Lines(string(diff.Diff(name, old, name, changed))) {
			class := ""
			switch line[0] {
			case '+':
				class = "add"
			case '-':
				class = "del"
			case '@':
				class = "at"
			}
			if strings.HasPrefix(line, "diff ") || strings.HasPrefix(line, "---") || strings.HasPrefix(line, "+++") {
				continue
			}
			out = append(out, htmlDiffLine{class, line})
		}
	}
	return out
}
