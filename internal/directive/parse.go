package directive

import (
	"strconv"
	"strings"
)

type verb int

const (
	ignoreVerb verb = iota
	fileIgnoreVerb
	nolintVerb
	boundedVerb
)

// parsed is a well-formed directive.
type parsed struct {
	verb   verb
	own    bool // not another tool's
	names  []string
	n      int
	reason string
}

// suite is the name under which other tools' directives know all rules.
const suite = "backpressure"

// parseComment reads one comment. Message is what is wrong with a comment
// that was meant as a directive of ours.
func parseComment(text string) (d parsed, ok bool, message string) {
	body, ok := strings.CutPrefix(text, "//")
	if !ok {
		return d, false, "" // a block comment
	}
	body = strings.TrimRight(body, " \t\r")
	switch {
	case strings.HasPrefix(body, "backpressure:"):
		return parseOwn(strings.TrimPrefix(body, "backpressure:"))
	case strings.HasPrefix(body, "lint:"):
		return parseLint(strings.TrimPrefix(body, "lint:"))
	}
	trimmed := strings.TrimLeft(body, " \t")
	if rest, ok := strings.CutPrefix(trimmed, "nolint"); ok {
		return parseNolint(rest)
	}
	for _, name := range []string{"backpressure:ignore ", "backpressure:bounded "} {
		if strings.HasPrefix(trimmed+" ", name) && len(body)-len(trimmed) == 1 {
			return d, false, "a directive has no space after //: write //" + strings.TrimSpace(name)
		}
	}
	return d, false, ""
}

func parseOwn(body string) (d parsed, ok bool, message string) {
	name, first, reason := fields(body)
	switch name {
	case "ignore":
		const usage = "write //backpressure:ignore RULE[/KIND] reason"
		names, ok := ruleNames(first)
		if !ok {
			return d, false, "backpressure:ignore does not name a rule: " + usage
		}
		if reason == "" {
			return d, false, "backpressure:ignore gives no reason: " + usage
		}
		return parsed{verb: ignoreVerb, own: true, names: names, reason: reason}, true, ""
	case "bounded":
		const usage = "write //backpressure:bounded N reason"
		n, err := strconv.Atoi(first)
		if err != nil || n <= 0 {
			return d, false, "backpressure:bounded does not give a number above zero: " + usage
		}
		if reason == "" {
			return d, false, "backpressure:bounded gives no reason: " + usage
		}
		return parsed{verb: boundedVerb, n: n}, true, ""
	}
	return d, false, "unknown directive backpressure:" + name + ": there are ignore and bounded"
}

// parseLint reads what follows "lint:", the directives of staticcheck.
func parseLint(body string) (d parsed, ok bool, message string) {
	name, first, reason := fields(body)
	switch name {
	case "ignore":
		d.verb = ignoreVerb
	case "file-ignore":
		d.verb = fileIgnoreVerb
	default:
		return d, false, ""
	}
	d.names, d.reason = strings.Split(first, ","), reason
	if reason == "" {
		if d.names[0] == suite {
			message = "lint:" + name + " gives no reason: write //lint:" + name + " " + suite + " reason"
		}
		return d, false, message // staticcheck reports the others
	}
	return d, true, ""
}

// parseNolint reads what follows "nolint", the directive of golangci-lint.
func parseNolint(rest string) (d parsed, ok bool, message string) {
	d.verb = nolintVerb
	list, ok := strings.CutPrefix(rest, ":")
	if !ok {
		if rest != "" && !strings.ContainsAny(rest[:1], " \t/") {
			return d, false, "" // another word
		}
		d.names = []string{"all"}
		return d, true, ""
	}
	list, why, _ := strings.Cut(list, "//")
	d.reason = strings.TrimSpace(why)
	for _, s := range strings.Split(list, ",") {
		d.names = append(d.names, strings.TrimSpace(s))
	}
	return d, true, ""
}

// fields splits a directive into its verb, its first argument and the rest.
// A comment within the comment is no reason.
func fields(body string) (name, first, rest string) {
	name, rest = cutSpace(body)
	if strings.HasPrefix(rest, "//") {
		return name, "", ""
	}
	first, rest = cutSpace(rest)
	rest, _, _ = strings.Cut(rest, "//")
	return name, first, strings.TrimSpace(rest)
}

func cutSpace(s string) (before, after string) {
	i := strings.IndexAny(s, " \t")
	if i < 0 {
		return s, ""
	}
	return s[:i], strings.TrimLeft(s[i:], " \t")
}

// ruleNames splits a list of RULE and RULE/KIND.
func ruleNames(list string) ([]string, bool) {
	names := strings.Split(list, ",")
	for _, name := range names {
		rule, kind, withKind := strings.Cut(name, "/")
		if !isWord(rule) || withKind && !isWord(kind) {
			return nil, false
		}
	}
	return names, true
}

// isWord reports whether s has the form of a rule's or a kind's name.
func isWord(s string) bool {
	for _, r := range s {
		if (r < 'a' || r > 'z') && (r < '0' || r > '9') && r != '-' {
			return false
		}
	}
	return s != ""
}
