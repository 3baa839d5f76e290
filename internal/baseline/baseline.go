// Package baseline answers which findings were there when a code base adopted
// the tool, so that only new ones fail.
//
// A baseline counts findings by file, kind and enclosing function. Lines do
// not matter: they move. It only ever gets smaller by itself: what is no
// longer found is taken out of it, and cannot come back unnoticed.
package baseline

import (
	"bufio"
	"bytes"
	"cmp"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/backpressure-go/backpressure/internal/driver"
)

// A Key is what findings are counted by.
type Key struct {
	File string // with slashes, relative to the directory of the baseline
	ID   string // rule/kind
	Func string // "" outside of any
}

func (k Key) compare(l Key) int {
	return cmp.Or(cmp.Compare(k.File, l.File), cmp.Compare(k.ID, l.ID), cmp.Compare(k.Func, l.Func))
}

// A Baseline is the content of a baseline file.
type Baseline struct {
	Counts map[Key]int
	// Flags are the flags that widened the run it was made by, without which
	// it is not known that something is no longer found.
	Flags []string

	name string
	dir  string
	line map[Key]int // where in the file
}

// header begins a file; the number is the version of the form.
const header = "# backpressure baseline 1"

const explanation = `# Findings that are known, one line for each file, kind and function: number,
# rule/kind, file, function, separated by tabs. Made by
# backpressure -baseline FILE -write-baseline; later runs take out of it what
# they no longer find.
`

const flagsPrefix = "# flags:"

// New returns an empty baseline that is to be the file of that name.
func New(name string, flags []string) (*Baseline, error) {
	abs, err := filepath.Abs(name)
	if err != nil {
		return nil, err
	}
	return &Baseline{Counts: map[Key]int{}, Flags: flags, name: name, dir: filepath.Dir(abs), line: map[Key]int{}}, nil
}

// Read reads a baseline. Its errors name the file and the line.
func Read(name string) (*Baseline, error) {
	data, err := os.ReadFile(name)
	if err != nil {
		return nil, fmt.Errorf("reading the baseline: %w", err)
	}
	b, err := New(name, nil)
	if err != nil {
		return nil, err
	}
	if first, _, _ := bytes.Cut(data, []byte("\n")); strings.TrimRight(string(first), "\r") != header {
		return nil, fmt.Errorf("%s:1: not a baseline of this version: it does not begin with %q", name, header)
	}
	sc := bufio.NewScanner(bytes.NewReader(data))
	sc.Buffer(nil, len(data)+1)
	for n := 1; sc.Scan(); n++ {
		if err := b.parseLine(n, sc.Text()); err != nil {
			return nil, fmt.Errorf("%s:%d: %w", name, n, err)
		}
	}
	return b, sc.Err()
}

func (b *Baseline) parseLine(n int, text string) error {
	if flags, ok := strings.CutPrefix(text, flagsPrefix); ok {
		b.Flags = strings.Fields(flags)
		return nil
	}
	if strings.TrimSpace(text) == "" || strings.HasPrefix(text, "#") {
		return nil
	}
	for _, mark := range []string{"<<<<<<<", "=======", ">>>>>>>", "|||||||"} {
		if strings.HasPrefix(text, mark) {
			return fmt.Errorf("an unresolved merge conflict: keep the lines of both sides and run again")
		}
	}
	fields := strings.Split(text, "\t")
	if len(fields) != 4 {
		return fmt.Errorf("there are %d fields separated by tabs, want 4: number, rule/kind, file, function", len(fields))
	}
	count, err := strconv.Atoi(fields[0])
	if err != nil || count < 1 {
		return fmt.Errorf("%q is not a number of findings", fields[0])
	}
	if rule, kind, ok := strings.Cut(fields[1], "/"); !ok || rule == "" || kind == "" {
		return fmt.Errorf("%q is not of the form rule/kind", fields[1])
	}
	if fields[2] == "" {
		return fmt.Errorf("there is no name of a file")
	}
	k := Key{fields[2], fields[1], fields[3]}
	if fields[3] == none {
		k.Func = ""
	}
	if at, ok := b.line[k]; ok {
		return fmt.Errorf("the same file, kind and function as in line %d", at)
	}
	b.Counts[k], b.line[k] = count, n
	return nil
}

// none stands for no function.
const none = "-"

// Key returns what f is counted by.
func (b *Baseline) Key(f driver.Finding) Key {
	return Key{b.rel(f.File), f.Rule + "/" + f.Kind, f.Func}
}

func (b *Baseline) rel(file string) string {
	if rel, err := filepath.Rel(b.dir, file); err == nil {
		file = rel
	}
	return filepath.ToSlash(file)
}

// Split tells known findings from new ones. Where there are more of a key
// than are known nobody can tell which is new: all are, and say so.
func (b *Baseline) Split(list []driver.Finding) (fresh, known []driver.Finding, crowded []Crowded) {
	count := b.count(list)
	for _, f := range list {
		k := b.Key(f)
		if count[k] <= b.Counts[k] {
			known = append(known, f)
		} else {
			fresh = append(fresh, f)
		}
	}
	for _, k := range slices.SortedFunc(maps.Keys(count), Key.compare) {
		if b.Counts[k] > 0 && count[k] > b.Counts[k] {
			crowded = append(crowded, Crowded{k, count[k], b.Counts[k]})
		}
	}
	return fresh, known, crowded
}

// Crowded is a key of which more was found than is known.
type Crowded struct {
	Key          Key
	Found, Known int
}

func (b *Baseline) count(list []driver.Finding) map[Key]int {
	count := map[Key]int{}
	for _, f := range list {
		count[b.Key(f)]++
	}
	return count
}

// A Stale is an entry that counts more than was found.
type Stale struct {
	Key          Key
	Line         int // in the file
	Known, Found int
}

// Tighten lowers the counts to what was found and returns the entries that it
// changed. Covers reports whether the run would have found what the key
// counts, had it been there; other entries are left alone.
func (b *Baseline) Tighten(list []driver.Finding, covers func(k Key, file string) bool) []Stale {
	count := b.count(list)
	var out []Stale
	for _, k := range slices.SortedFunc(maps.Keys(b.Counts), Key.compare) {
		if count[k] >= b.Counts[k] || !covers(k, b.abs(k.File)) {
			continue
		}
		out = append(out, Stale{k, b.line[k], b.Counts[k], count[k]})
		if b.Counts[k] = count[k]; count[k] == 0 {
			delete(b.Counts, k)
		}
	}
	return out
}

// Add enters what was found, and forgets what the run covers and did not find.
func (b *Baseline) Add(list []driver.Finding, covers func(k Key, file string) bool) {
	maps.DeleteFunc(b.Counts, func(k Key, _ int) bool { return covers(k, b.abs(k.File)) })
	for k, n := range b.count(list) {
		b.Counts[k] = n
	}
}

func (b *Baseline) abs(file string) string {
	if filepath.IsAbs(file) {
		return file
	}
	return filepath.Join(b.dir, filepath.FromSlash(file))
}

// Write writes the file, by renaming a complete new one over it.
func (b *Baseline) Write() error {
	var buf bytes.Buffer
	fmt.Fprintf(&buf, "%s\n%s", header, explanation)
	if len(b.Flags) > 0 {
		fmt.Fprintf(&buf, "%s %s\n", flagsPrefix, strings.Join(b.Flags, " "))
	}
	for _, k := range slices.SortedFunc(maps.Keys(b.Counts), Key.compare) {
		fmt.Fprintf(&buf, "%d\t%s\t%s\t%s\n", b.Counts[k], k.ID, k.File, cmp.Or(k.Func, none))
	}
	if err := driver.WriteFile(b.name, buf.Bytes()); err != nil {
		return fmt.Errorf("writing the baseline: %w", err)
	}
	return nil
}
