package formats

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"
	"net/url"
	"path/filepath"
	"slices"
	"strings"

	"github.com/backpressure-go/backpressure/internal/driver"
)

const (
	sarifSchema = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
	projectURL  = "https://github.com/backpressure-go/backpressure"
	rootBase    = "%SRCROOT%"
	// fingerprint names the contents of what prints hashes; a change of it
	// is a new name.
	fingerprint = "backpressure/v1"
)

// writeSARIF writes a log of one run. What comments or the baseline silence is
// in it as suppressed results.
func writeSARIF(w io.Writer, r *Report) error {
	s := sarifWriter{Report: r, src: sources{}, prints: map[string]int{}}
	run := sarifRun{
		Tool:        sarifTool{sarifDriver{Name: "backpressure", InformationURI: projectURL, Version: r.Version}},
		Invocations: []sarifInvocation{s.invocation()},
		Bases:       map[string]sarifArtifact{rootBase: {URI: fileURI(r.Root) + "/"}},
		ColumnKind:  "utf16CodeUnits",
		Results:     []sarifResult{},
	}
	for _, f := range r.Findings {
		run.Results = append(run.Results, s.result(f, sarifSuppression{}))
	}
	for _, f := range r.Known {
		run.Results = append(run.Results, s.result(f, sarifSuppression{"external", "accepted", "in the baseline"}))
	}
	for _, f := range r.Silenced {
		run.Results = append(run.Results, s.result(f, sarifSuppression{"inSource", "accepted", f.Silenced.Reason}))
	}
	run.Tool.Driver.Rules = s.rules
	if run.Tool.Driver.Rules == nil {
		run.Tool.Driver.Rules = []sarifRule{}
	}
	return encodeSARIF(w, run)
}

func encodeSARIF(w io.Writer, run sarifRun) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "\t")
	return enc.Encode(sarifLog{sarifSchema, "2.1.0", []sarifRun{run}})
}

// A sarifWriter collects what results refer to.
type sarifWriter struct {
	*Report
	src    sources
	rules  []sarifRule
	prints map[string]int // how often each fingerprint came
}

func (s *sarifWriter) invocation() sarifInvocation {
	inv := sarifInvocation{Successful: len(s.Problems) == 0}
	for _, p := range s.Problems {
		n := sarifNotification{Level: "error", Message: sarifText{Text: p.Message}}
		if p.File != "" {
			at := sarifLocation{Physical: sarifPhysical{Artifact: s.artifact(p.File)}}
			if p.Line > 0 {
				at.Physical.Region = &sarifRegion{StartLine: p.Line, StartColumn: max(0, s.src.column(p.File, p.Line, p.Col))}
			}
			n.Locations = []sarifLocation{at}
		}
		inv.Notifications = append(inv.Notifications, n)
	}
	return inv
}

func (s *sarifWriter) result(f driver.Finding, why sarifSuppression) sarifResult {
	res := sarifResult{
		RuleID: id(f), RuleIndex: s.rule(f), Level: "warning",
		Message:      sarifText{Text: bare(f)},
		Fingerprints: map[string]string{fingerprint: s.print(f)},
		Suppressions: []sarifSuppression{}, // empty says "not suppressed"; absent, "not known"
	}
	if s.Fails(f) {
		res.Level = "error"
	}
	if why.Kind != "" {
		res.Suppressions = append(res.Suppressions, why)
	}
	at := sarifLocation{Physical: sarifPhysical{Artifact: s.artifact(f.File), Region: s.region(f)}}
	if f.Func != "" {
		at.Logical = []sarifLogical{{FullyQualifiedName: f.Func}}
	}
	res.Locations = []sarifLocation{at}
	for i, e := range f.Related {
		at := sarifLocation{ID: i + 1, Physical: sarifPhysical{Artifact: s.artifact(e.File)}, Message: &sarifText{Text: e.Message}}
		if e.Line > 0 {
			at.Physical.Region = &sarifRegion{StartLine: e.Line, StartColumn: max(0, s.src.column(e.File, e.Line, e.Col))}
		}
		res.Related = append(res.Related, at)
	}
	for _, fix := range f.Fixes {
		if len(fix.Edits) > 0 {
			res.Fixes = append(res.Fixes, s.fix(fix))
		}
	}
	return res
}

// region returns the text that f is about.
func (s *sarifWriter) region(f driver.Finding) *sarifRegion {
	if f.Line <= 0 {
		return nil
	}
	reg := &sarifRegion{StartLine: f.Line, StartColumn: max(0, s.src.column(f.File, f.Line, f.Col))}
	if f.EndLine > 0 && f.EndCol > 0 {
		reg.EndLine, reg.EndColumn = f.EndLine, s.src.column(f.File, f.EndLine, f.EndCol)
	}
	if line := s.src.line(f.File, f.Line); f.EndLine == f.Line && f.Col > 0 && f.Col <= f.EndCol && f.EndCol-1 <= len(line) {
		reg.Snippet = &sarifText{Text: string(line[f.Col-1 : f.EndCol-1])}
	}
	return reg
}

func (s *sarifWriter) fix(fix driver.Fix) sarifFix {
	out := sarifFix{Description: sarifText{Text: fix.Message}}
	for _, e := range fix.Edits {
		at := s.artifact(e.File)
		i := slices.IndexFunc(out.Changes, func(c sarifChange) bool { return c.Artifact == at })
		if i < 0 {
			i = len(out.Changes)
			out.Changes = append(out.Changes, sarifChange{Artifact: at})
		}
		var rep sarifReplacement
		rep.Deleted.StartLine, rep.Deleted.StartColumn = s.src.position(e.File, e.Start)
		rep.Deleted.EndLine, rep.Deleted.EndColumn = s.src.position(e.File, e.End)
		if e.New != "" {
			rep.Inserted = &sarifText{Text: e.New}
		}
		out.Changes[i].Replacements = append(out.Changes[i].Replacements, rep)
	}
	return out
}

// rule returns the index of f's kind among the rules, to which it adds it.
func (s *sarifWriter) rule(f driver.Finding) int {
	i := slices.IndexFunc(s.rules, func(r sarifRule) bool { return r.ID == id(f) })
	if i >= 0 {
		return i
	}
	known := Rule{Rule: f.Rule, Kind: f.Kind, Summary: bare(f), Help: bare(f)}
	if j := slices.IndexFunc(s.Rules, func(r Rule) bool { return r.ID() == id(f) }); j >= 0 {
		known = s.Rules[j]
	}
	rule := sarifRule{
		ID: known.ID(), Name: known.ID(), HelpURI: known.URL,
		Short: sarifText{Text: known.Summary},
		Full:  sarifText{Text: known.Summary},
		Help:  sarifText{Text: known.Help, Markdown: Markdown(known.Help)},
		Properties: map[string]any{
			"tags": []string{"reliability", "performance", f.Rule},
		},
	}
	if known.Tier != "" {
		rule.Properties["tier"] = known.Tier
	}
	s.rules = append(s.rules, rule)
	return len(s.rules) - 1
}

// print returns what identifies f when lines above it come and go.
func (s *sarifWriter) print(f driver.Finding) string {
	line := bytes.TrimSpace(s.src.line(f.File, f.Line))
	name := s.name(f.File)
	if s.outside(f.File) {
		name = filepath.Base(f.File) // where it is differs between machines
	}
	h := sha256.Sum256(fmt.Appendf(nil, "%s\x00%s\x00%s\x00%s", id(f), name, f.Func, line))
	key := fmt.Sprintf("%x", h[:16])
	s.prints[key]++
	return fmt.Sprintf("%s:%d", key, s.prints[key])
}

// artifact returns the address of a file, relative to the root where it is
// below that.
func (s *sarifWriter) artifact(file string) sarifArtifact {
	if s.outside(file) {
		return sarifArtifact{URI: fileURI(file)}
	}
	return sarifArtifact{URI: (&url.URL{Path: s.name(file)}).String(), BaseID: rootBase}
}

func fileURI(file string) string {
	path := filepath.ToSlash(file)
	if !strings.HasPrefix(path, "/") {
		path = "/" + path // C:/dir
	}
	return (&url.URL{Scheme: "file", Path: strings.TrimSuffix(path, "/")}).String()
}

// Markdown turns the text of a Go doc comment into Markdown: indented lines
// are code.
func Markdown(doc string) string {
	var b strings.Builder
	code := false
	for line := range strings.SplitSeq(strings.TrimSpace(doc), "\n") {
		indented := strings.HasPrefix(line, "\t")
		if indented != code && line != "" {
			if code {
				b.WriteString("```\n\n")
			} else {
				b.WriteString("```go\n")
			}
			code = indented
		}
		b.WriteString(strings.TrimPrefix(line, "\t") + "\n")
	}
	if code {
		b.WriteString("```\n")
	}
	return strings.ReplaceAll(b.String(), "\n\n```\n", "\n```\n")
}
