package unboundedqueue_test

import (
	"testing"

	"github.com/backpressure-go/backpressure/internal/bptest"
	"github.com/backpressure-go/backpressure/unboundedqueue"
)

func Test(t *testing.T) {
	bptest.Run(t, "../testdata", unboundedqueue.Analyzer, "./unboundedqueue/...")
}

func TestStrict(t *testing.T) {
	bptest.Run(t, "../testdata", unboundedqueue.New(unboundedqueue.Options{Strict: true}), "./unboundedqueuestrict/...")
}
