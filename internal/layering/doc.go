// Package layering holds the import table of docs/architecture.md: its test
// fails when a package imports what its layer must not.
package layering
