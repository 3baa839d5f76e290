package report

import (
	"go/token"
	"go/types"
	"testing"

	"golang.org/x/tools/go/analysis"
)

// TestServes: drivers that know the module must decide as those that do not.
func TestServes(t *testing.T) {
	for _, tt := range []struct {
		module, path string
		want         bool
	}{
		{"google.golang.org/grpc", "google.golang.org/grpc", true},
		{"google.golang.org/grpc", "google.golang.org/grpc/benchmark", false},
		{"google.golang.org/grpc", "google.golang.org/grpc/benchmark/server", false},
		{"google.golang.org/grpc", "google.golang.org/grpc/interop/xds", false},
		{"google.golang.org/grpc", "google.golang.org/grpc/internal/transport", true},
		{"google.golang.org/grpc/examples", "google.golang.org/grpc/examples/helloworld/server", false},
		{"go.example.org/relay", "go.example.org/relay/e2e", false},
		{"github.com/owner/server", "github.com/owner/server/bench", false},
		{"github.com/owner/server", "github.com/owner/server/_examples/chat", false},
		{"github.com/owner/server", "github.com/owner/server/cmd/serverd", true},
		{"github.com/owner/speedtest", "github.com/owner/speedtest", true},
		{"github.com/owner/speedtest", "github.com/owner/speedtest/web", true},
		{"github.com/owner/bench", "github.com/owner/bench/relay", true},
		{"github.com/owner/server", "github.com/owner/server/latest", true},
		{"relay", "relay", true},
		{"relay", "relay/mocks", false},
		{"loadtest", "loadtest/web", true},
	} {
		for _, known := range []bool{true, false} {
			pass := &analysis.Pass{Pkg: types.NewPackage(tt.path, "p"), Fset: token.NewFileSet()}
			if known {
				pass.Module = &analysis.Module{Path: tt.module}
			}
			if got := Serves(pass); got != tt.want {
				t.Errorf("Serves(%s), module known: %t: %t, want %t", tt.path, known, got, tt.want)
			}
		}
	}
}
