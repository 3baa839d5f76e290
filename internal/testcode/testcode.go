// Package testcode answers which files are there for tests: what they pass or
// store does not happen in the product, and what they start serves nobody.
package testcode

import (
	"go/ast"
	"go/token"
	"slices"
	"strings"
)

// IsTest reports whether the go tool takes the file for a test.
func IsTest(fset *token.FileSet, f *ast.File) bool {
	return strings.HasSuffix(fset.File(f.FileStart).Name(), "_test.go")
}

// Helps reports whether the file is a test, or holds helpers for tests: then
// it imports "testing".
func Helps(fset *token.FileSet, f *ast.File) bool {
	return IsTest(fset, f) || slices.ContainsFunc(f.Imports, func(s *ast.ImportSpec) bool { return s.Path.Value == `"testing"` })
}

// Most reports whether most of the files, tests aside, are helpers for tests.
// A product that keeps a few for the tests of its users is a product all the
// same.
func Most(fset *token.FileSet, files []*ast.File) bool {
	helpers, all := 0, 0
	for _, f := range files {
		switch {
		case IsTest(fset, f):
		case Helps(fset, f):
			helpers++
			all++
		default:
			all++
		}
	}
	return helpers > all/2
}
