package config

import (
	"path"
	"path/filepath"
	"strings"
)

// Skips reports whether nothing is reported in the file of that absolute name.
func (f *File) Skips(name string) bool {
	if f == nil || len(f.Skip) == 0 {
		return false
	}
	rel, err := filepath.Rel(filepath.Dir(f.Name), name)
	if err != nil || !filepath.IsLocal(rel) {
		return false
	}
	elems := strings.Split(filepath.ToSlash(rel), "/")
	for _, item := range f.Skip {
		if matches(strings.Split(cleanPattern(item.Text), "/"), elems) {
			return true
		}
	}
	return false
}

// cleanPattern removes what directories may be written with.
func cleanPattern(p string) string {
	p = strings.TrimSuffix(p, "/...")
	return strings.TrimSuffix(strings.TrimPrefix(p, "./"), "/")
}

// matches reports whether the pattern matches a path or a directory that it
// is in: each element as in path.Match, and ** any number of elements.
func matches(pattern, elems []string) bool {
	switch {
	case len(pattern) == 0:
		return true
	case pattern[0] == "**":
		return matches(pattern[1:], elems) && len(elems) > 0 || len(elems) > 0 && matches(pattern, elems[1:])
	case len(elems) == 0:
		return false
	}
	ok, err := path.Match(pattern[0], elems[0])
	return err == nil && ok && matches(pattern[1:], elems[1:])
}

// patternProblem says what is wrong with a pattern, "" if nothing.
func patternProblem(p string) string {
	clean := cleanPattern(p)
	switch {
	case strings.Contains(p, `\`):
		return "write / between directories"
	case clean == "" || clean == "." || clean == "**" || clean == "...":
		return "this is everything"
	case strings.HasPrefix(p, "/") || filepath.IsAbs(p):
		return "write it relative to this file"
	case strings.Contains(clean, "..."):
		return "\"...\" is for the end; ** matches directories"
	}
	for elem := range strings.SplitSeq(clean, "/") {
		if elem == ".." || elem == "." || elem == "" {
			return "write it relative to this file, below it, and in its shortest form"
		}
		if _, err := path.Match(elem, ""); err != nil {
			return "a bracket is not closed"
		}
	}
	return ""
}
