package bptest

import (
	"os"
	"os/exec"
	"testing"
)

// TestCorpusModule has what a run of this module's tests would leave out: the
// corpus is a module of its own. All of it compiles, with the loads, and the
// rig that they run on holds its own tests. The loads themselves are run by
// cmd/bpbench, which gives them a process and a limit each.
func TestCorpusModule(t *testing.T) {
	const corpus = "../../testdata"
	download(t, corpus)
	run := func(args ...string) {
		t.Helper()
		cmd := exec.CommandContext(t.Context(), "go", args...)
		cmd.Dir = corpus
		cmd.Env = append(os.Environ(), "GOWORK=off", "GOFLAGS=")
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Errorf("go %v: %v\n%s", args, err, out)
		}
	}
	// One check, since some of what the rules find is for go vet to find as well.
	run("vet", "-directive", "./...")
	if testing.Short() {
		t.Skip("the tests of the rig take some seconds of waiting")
	}
	run("test", "./rig")
}
