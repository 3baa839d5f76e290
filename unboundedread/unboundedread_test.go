package unboundedread_test

import (
	"testing"

	"github.com/backpressure-go/backpressure/internal/bptest"
	"github.com/backpressure-go/backpressure/unboundedread"
)

func Test(t *testing.T) { bptest.Run(t, "../testdata", unboundedread.Analyzer, "./unboundedread/...") }

func TestStrict(t *testing.T) {
	bptest.Run(t, "../testdata", unboundedread.New(unboundedread.Options{Strict: true}), "./unboundedreadstrict/...")
}
