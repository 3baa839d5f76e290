package driver

import (
	"errors"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"

	"golang.org/x/tools/go/packages"
	"honnef.co/go/tools/go/loader"
)

// listPrefix is what go/packages puts before what the go command says.
var listPrefix = regexp.MustCompile(`^err: [^:]*: stderr: (?:go: )?`)

// listError returns err as the go command has put it, where that is what err
// is about: why nothing could be listed.
func listError(err error) error {
	if err == nil || !listPrefix.MatchString(err.Error()) {
		return err
	}
	said := strings.TrimSpace(listPrefix.ReplaceAllString(err.Error(), ""))
	if first, rest, ok := strings.Cut(said, ":\n"); ok && strings.HasPrefix(first, "errors parsing ") {
		said = rest // which begins with the file
	}
	return errors.New(said)
}

// newProblems returns the reasons in err, one for each line that the compiler
// printed. The go command names files relative to dir.
func newProblems(dir string, pkg *loader.PackageSpec, err error) []Problem {
	var perr packages.Error
	if !errors.As(err, &perr) {
		return []Problem{{Message: pkg.PkgPath + ": " + err.Error()}}
	}
	output, ok := strings.CutPrefix(perr.Msg, "# ")
	if !ok {
		p, _ := parsePlace(dir, perr.Pos)
		p.Message = strings.TrimSpace(perr.Msg)
		if strings.HasPrefix(p.Message, "pattern ./...: ") && strings.Contains(p.Message, "modules listed in go.work") {
			p.Message += `; "work" names the packages of all of them`
		}
		if p.File == "" && !strings.Contains(p.Message, pkg.PkgPath) {
			p.Message = pkg.PkgPath + ": " + p.Message
		}
		return []Problem{p}
	}
	var out []Problem
	source := false // the line before was of the source that the C compiler shows, after which it says that it gives up
	for line := range strings.Lines(output) {
		line = strings.TrimRight(line, "\n")
		p, rest := parsePlace(dir, line)
		more := source && p.File == "" && line != ""
		source = strings.HasPrefix(line, " ")
		switch {
		case len(out) > 0 && (more || source || strings.HasPrefix(line, "\t")): // more on the line above
			out[len(out)-1].Message += "\n" + line
		case p.File != "":
			p.Message = rest
			out = append(out, p)
		case len(out) > 0 && line != "":
			out = append(out, Problem{Message: pkg.PkgPath + ": " + line})
		}
	}
	if out == nil {
		out = []Problem{{Message: strings.TrimSpace(perr.Msg)}}
	}
	return out
}

// placePattern matches file:line:col, file:line and what follows.
var placePattern = regexp.MustCompile(`^(.+?\.[a-zA-Z]+):([0-9]+)(?::([0-9]+))?(?:$|: (.*))`)

func parsePlace(dir, s string) (p Problem, rest string) {
	m := placePattern.FindStringSubmatch(s)
	if m == nil {
		return Problem{}, s
	}
	p.File = m[1]
	if !filepath.IsAbs(p.File) {
		p.File = filepath.Join(dir, p.File)
	}
	p.Line, _ = strconv.Atoi(m[2]) // digits
	p.Col, _ = strconv.Atoi(m[3])  // digits or empty
	return p, m[4]
}
