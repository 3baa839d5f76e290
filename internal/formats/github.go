package formats

import (
	"fmt"
	"io"
	"strings"

	"github.com/backpressure-go/backpressure/internal/driver"
)

// Values of workflow commands are escaped such that they end where they end.
var (
	commandData     = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A")
	commandProperty = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C")
)

// writeGitHub writes a workflow command per finding, which GitHub turns into
// an annotation of the line.
func writeGitHub(w io.Writer, r *Report) error {
	src := sources{}
	for _, f := range r.Findings {
		level := "warning"
		if r.Fails(f) {
			level = "error"
		}
		properties := []string{"file=" + commandProperty.Replace(r.name(f.File))}
		if f.Line > 0 {
			properties = append(properties, fmt.Sprintf("line=%d", f.Line))
			if f.EndLine == f.Line && f.Col > 0 { // columns of different lines are refused
				properties = append(properties, fmt.Sprintf("col=%d,endColumn=%d",
					src.column(f.File, f.Line, f.Col), max(src.column(f.File, f.Line, f.EndCol)-1, src.column(f.File, f.Line, f.Col))))
			} else if f.EndLine > f.Line {
				properties = append(properties, fmt.Sprintf("endLine=%d", f.EndLine))
			}
		}
		properties = append(properties, "title="+commandProperty.Replace("backpressure "+id(f)))
		if _, err := fmt.Fprintf(w, "::%s %s::%s\n", level, strings.Join(properties, ","), commandData.Replace(bare(f)+r.evidence(f))); err != nil {
			return err
		}
	}
	for _, p := range r.Problems {
		place := ""
		if p.File != "" {
			place = " file=" + commandProperty.Replace(r.name(p.File))
			if p.Line > 0 {
				place += fmt.Sprintf(",line=%d", p.Line)
			}
		}
		if _, err := fmt.Fprintf(w, "::error%s::%s\n", place, commandData.Replace(p.Message)); err != nil {
			return err
		}
	}
	return nil
}

// evidence returns the related places of f, one per line.
func (r *Report) evidence(f driver.Finding) string {
	var b strings.Builder
	for _, e := range f.Related {
		fmt.Fprintf(&b, "\n%s:%d: %s", r.name(e.File), e.Line, e.Message)
	}
	return b.String()
}
