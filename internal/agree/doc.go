// Package agree holds that people find the same wherever they work: all rules
// run over the same corpus as a program of their own, as a vet tool, in the
// language server, in golangci-lint and in gopls, and what these say is
// compared finding by finding: place, extent, kind, message, evidence, titles
// of fixes. One command does it:
//
//	go test -v ./internal/agree -hosts DIR
//
// builds golangci-lint and gopls with the rules in them into DIR (minutes the
// first time, seconds after that) and prints a table of what each driver found
// and where it differs, with the reason. Without -hosts, or the environment
// variable BACKPRESSURE_HOSTS, those two are left out.
package agree
