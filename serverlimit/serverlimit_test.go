package serverlimit_test

import (
	"testing"

	"github.com/backpressure-go/backpressure/internal/bptest"
	"github.com/backpressure-go/backpressure/serverlimit"
)

func Test(t *testing.T) { bptest.Run(t, "../testdata", serverlimit.Analyzer, "./serverlimit/...") }

func TestStrict(t *testing.T) {
	bptest.Run(t, "../testdata", serverlimit.New(serverlimit.Options{Strict: true}), "./serverlimitstrict/...")
}
