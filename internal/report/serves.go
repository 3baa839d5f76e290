package report

import (
	"strings"

	"golang.org/x/tools/go/analysis"

	"github.com/backpressure-go/backpressure/internal/testcode"
)

// Serves reports whether the package may be part of a server. Examples,
// benchmarks, mocks and test helpers start goroutines for themselves: 89 of
// 640 labelled sites that must stay silent are of that kind. Commands are
// not exempt: daemons live under cmd too.
//
// The path alone decides, since not all drivers know where the module ends.
// An examples directory with a go.mod of its own holds examples all the same.
func Serves(pass *analysis.Pass) bool {
	elems := strings.Split(strings.TrimSuffix(pass.Pkg.Path(), "_test"), "/")
	for _, elem := range elems[min(len(elems), repository(elems[0])):] {
		if noServer(strings.TrimLeft(elem, "_")) {
			return false
		}
	}
	return !testcode.Most(pass.Fset, pass.Files)
}

// repository returns how many elements of a path on the host name the
// repository, which may be called "test" and be a server.
func repository(host string) int {
	switch {
	case hasOwners(host):
		return 3 // host/owner/name
	case strings.Contains(host, "."):
		return 2 // host/name
	}
	return 1 // name
}

// hasOwners reports whether the host names modules by owner and repository.
func hasOwners(host string) bool {
	return strings.HasPrefix(host, "git") || strings.HasPrefix(host, "bitbucket.") || strings.HasPrefix(host, "codeberg.") || host == "golang.org"
}

// noServer reports whether a directory of that name holds code that is not a
// server's.
func noServer(dir string) bool {
	switch dir {
	case "example", "examples", "demo", "demos", "sample", "samples", "tutorial", "tutorials", "contrib-examples",
		"e2e", "interop", "integration", "integrationtests", "integration-tests", "integration_tests", "integrationtest",
		"mock", "mocks", "fake", "fakes", "test", "tests", "testing", "testutil", "testutils", "testhelper", "testhelpers",
		"tools", "benchmark", "benchmarks", "bench", "loadtest", "stress", "fuzz", "simulation":
		return true
	}
	for _, p := range []string{"bench_", "bench-", "benchmark_", "benchmark-", "example_", "example-", "mock_", "e2e_", "e2e-", "test_", "test-"} {
		if strings.HasPrefix(dir, p) {
			return true
		}
	}
	for _, s := range []string{"_bench", "-bench", "_example", "-example", "_mock", "mock", "_test", "-test", "test", "tests"} {
		if strings.HasSuffix(dir, s) && dir != "latest" && dir != "contest" && dir != "attest" && dir != "httptest" {
			return true
		}
	}
	return false
}

// noServerFile reports whether a file of that name holds code that is not a
// server's: tests, and mocks beside the product.
func noServerFile(name string) bool {
	name = strings.TrimSuffix(name, ".go")
	return strings.HasSuffix(name, "_test") || strings.HasPrefix(name, "mock") || strings.HasSuffix(name, "_mock")
}
