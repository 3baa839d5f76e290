package main

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/tools/go/packages"

	"github.com/backpressure-go/backpressure/internal/driver"
)

// A shard is the value of -shard: part index of count, or everything if count
// is 0.
type shard struct{ index, count uint64 }

func (s *shard) String() string {
	if s.count == 0 {
		return ""
	}
	return fmt.Sprintf("%d/%d", s.index, s.count)
}

// Set implements flag.Value.
func (s *shard) Set(text string) error {
	i, n, _ := strings.Cut(text, "/")
	index, err := strconv.ParseUint(i, 10, 16)
	count, err2 := strconv.ParseUint(n, 10, 16)
	if err != nil || err2 != nil || index < 1 || index > count {
		return fmt.Errorf("want I/N, with I from 1 to N")
	}
	s.index, s.count = index, count
	return nil
}

// has reports whether the package is in the shard. The part of a package
// depends on its path alone, so that packages which come and go move no
// others to jobs that have not cached them.
func (s *shard) has(path string) bool {
	h := sha256.Sum256([]byte(path))
	return binary.BigEndian.Uint64(h[:8])%s.count == s.index-1
}

// pick returns the patterns for the packages of the shard.
func (s *shard) pick(ctx context.Context, o driver.Options) ([]string, error) {
	if s.count == 0 {
		return o.Patterns, nil
	}
	pkgs, err := packages.Load(&packages.Config{
		Context: ctx, Dir: o.Dir, Env: o.Env, BuildFlags: o.Flags, Tests: o.Tests,
		Mode: packages.NeedName | packages.NeedFiles | packages.NeedForTest,
	}, o.Patterns...)
	if err != nil {
		return nil, fmt.Errorf("listing packages: %w", err)
	}
	var out []string
	for _, p := range pkgs {
		path := p.PkgPath
		switch {
		case path == "command-line-arguments":
			return nil, fmt.Errorf("-shard is about packages, not files")
		case p.ForTest != "":
			path = p.ForTest
		case strings.HasSuffix(p.ID, ".test"), len(p.GoFiles)+len(p.Errors) == 0:
			continue // made for tests; or nothing to analyse in it
		}
		if s.has(path) {
			out = append(out, path)
		}
	}
	if len(pkgs) == 0 && s.index == 1 {
		return o.Patterns, nil // one part says that there is nothing
	}
	slices.Sort(out)
	return slices.Compact(out), nil
}
