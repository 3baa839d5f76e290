package formats

import (
	"encoding/xml"
	"fmt"
	"io"

	"github.com/backpressure-go/backpressure/internal/driver"
)

type checkstyle struct {
	XMLName xml.Name         `xml:"checkstyle"`
	Version string           `xml:"version,attr"`
	Files   []checkstyleFile `xml:"file"`
}

type checkstyleFile struct {
	Name   string            `xml:"name,attr"`
	Errors []checkstyleError `xml:"error"`
}

type checkstyleError struct {
	Line     int    `xml:"line,attr"`
	Column   int    `xml:"column,attr,omitempty"`
	Severity string `xml:"severity,attr"`
	Message  string `xml:"message,attr"`
	Source   string `xml:"source,attr"`
}

// writeCheckstyle writes findings in the form of the Java tool of that name,
// version 5.0 of it being what readers of the form know.
func writeCheckstyle(w io.Writer, r *Report) error {
	out := checkstyle{Version: "5.0"}
	for _, group := range byFile(r.Findings) {
		file := checkstyleFile{Name: r.name(group[0].File)}
		for _, f := range group {
			severity := "warning"
			if r.Fails(f) {
				severity = "error"
			}
			file.Errors = append(file.Errors, checkstyleError{f.Line, f.Col, severity, bare(f) + r.evidence(f), "backpressure." + f.Rule + "." + f.Kind})
		}
		out.Files = append(out.Files, file)
	}
	return writeXML(w, out)
}

type junitSuites struct {
	XMLName xml.Name     `xml:"testsuites"`
	Suites  []junitSuite `xml:"testsuite"`
}

type junitSuite struct {
	Name     string      `xml:"name,attr"`
	Tests    int         `xml:"tests,attr"`
	Failures int         `xml:"failures,attr"`
	Errors   int         `xml:"errors,attr"`
	Skipped  int         `xml:"skipped,attr"`
	Cases    []junitCase `xml:"testcase"`
}

type junitCase struct {
	Name    string        `xml:"name,attr"`
	Class   string        `xml:"classname,attr"`
	File    string        `xml:"file,attr,omitempty"`
	Line    int           `xml:"line,attr,omitempty"`
	Failure *junitMessage `xml:"failure"`
	Error   *junitMessage `xml:"error"`
	Skipped *junitMessage `xml:"skipped"`
}

type junitMessage struct {
	Message string `xml:"message,attr,omitempty"`
	Type    string `xml:"type,attr,omitempty"`
	Text    string `xml:",chardata"`
}

// writeJUnit writes a test case per finding: it failed if the finding makes
// the run fail, and was skipped if that is silenced, known or tolerated. A run
// without findings is one test that passed.
func writeJUnit(w io.Writer, r *Report) error {
	s := junitSuite{Name: "backpressure"}
	add := func(f driver.Finding) *junitCase {
		s.Tests++
		s.Cases = append(s.Cases, junitCase{
			Name:  fmt.Sprintf("%s %s:%d:%d", id(f), r.name(f.File), f.Line, f.Col),
			Class: "backpressure." + f.Rule, File: r.name(f.File), Line: f.Line,
		})
		return &s.Cases[len(s.Cases)-1]
	}
	for _, f := range r.Findings {
		c := add(f)
		if !r.Fails(f) {
			s.Skipped++
			c.Skipped = &junitMessage{Message: "tolerated: " + bare(f)}
			continue
		}
		s.Failures++
		c.Failure = &junitMessage{Message: bare(f), Type: id(f), Text: fmt.Sprintf("%s:%d:%d: %s%s", r.name(f.File), f.Line, f.Col, f.Message, r.evidence(f))}
	}
	for _, f := range r.Known {
		s.Skipped++
		add(f).Skipped = &junitMessage{Message: "in the baseline: " + bare(f)}
	}
	for _, f := range r.Silenced {
		s.Skipped++
		add(f).Skipped = &junitMessage{Message: "ignored: " + f.Silenced.Reason}
	}
	for _, p := range r.Problems {
		s.Tests++
		s.Errors++
		s.Cases = append(s.Cases, junitCase{Name: "analysis", Class: "backpressure", File: p.File, Line: p.Line,
			Error: &junitMessage{Message: p.Message, Type: "not analysed"}})
	}
	if s.Tests == 0 {
		s.Tests++
		s.Cases = append(s.Cases, junitCase{Name: "no findings", Class: "backpressure"})
	}
	return writeXML(w, junitSuites{Suites: []junitSuite{s}})
}

func writeXML(w io.Writer, v any) error {
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	enc := xml.NewEncoder(w)
	enc.Indent("", "\t")
	if err := enc.Encode(v); err != nil {
		return err
	}
	_, err := io.WriteString(w, "\n")
	return err
}
