package driver

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"slices"
	"strings"

	"golang.org/x/tools/go/packages"
	"honnef.co/go/tools/lintcmd/runner"
)

// The runner reads the staticcheck.conf files above the files of each package
// and fails a package where one is broken. They are none of our business, and
// there is no option to leave them alone. So, should one be broken, the run
// is repeated with this program as the driver of go/packages, which answers
// as the go command would but for the one list of files by which the runner
// finds the directory.

// listVariable is set in the environment of a process that is to answer as a
// go/packages driver.
const listVariable = "BACKPRESSURE_LIST_PACKAGES"

// hasConfError reports whether a package failed for its staticcheck.conf.
func hasConfError(res runner.Result) bool {
	return slices.ContainsFunc(res.Errors, func(err error) bool {
		var perr packages.Error
		return errors.As(err, &perr) && strings.Contains(perr.Pos+perr.Msg, "staticcheck.conf")
	})
}

// quietEnv adds to env what makes go/packages run this program.
func quietEnv(env []string) ([]string, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, fmt.Errorf("cannot ignore staticcheck.conf: %w", err)
	}
	return append(slices.Clip(env), "GOPACKAGESDRIVER="+self, listVariable+"=1"), nil
}

// IsListing reports whether the process was started to list packages for
// another, by ListPackages.
func IsListing() bool { return os.Getenv(listVariable) != "" }

// ListPackages answers a request of go/packages.
func ListPackages(patterns []string, stdin io.Reader, stdout io.Writer) error {
	var req packages.DriverRequest
	if err := json.NewDecoder(stdin).Decode(&req); err != nil {
		return fmt.Errorf("reading the request: %w", err)
	}
	cfg := &packages.Config{
		Mode:       req.Mode,
		Env:        append(slices.Clip(req.Env), "GOPACKAGESDRIVER=off"),
		BuildFlags: req.BuildFlags,
		Tests:      req.Tests,
		Overlay:    req.Overlay,
	}
	roots, err := packages.Load(cfg, patterns...)
	if err != nil {
		return err
	}
	res := packages.DriverResponse{Compiler: "gc", Arch: arch(req.Env)}
	for _, p := range roots {
		res.Roots = append(res.Roots, p.ID)
	}
	packages.Visit(roots, nil, func(p *packages.Package) {
		p.GoFiles = nil // where staticcheck.conf is looked for; CompiledGoFiles is what is parsed
		res.Packages = append(res.Packages, p)
	})
	return json.NewEncoder(stdout).Encode(&res)
}

// arch returns the architecture that env asks for.
func arch(env []string) string {
	arch := runtime.GOARCH
	for _, kv := range env {
		if v, ok := strings.CutPrefix(kv, "GOARCH="); ok && v != "" {
			arch = v
		}
	}
	return arch
}
