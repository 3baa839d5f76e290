//go:build unix

package fanoutfiles

import (
	"fmt"
	"testing"
	"time"

	"github.com/backpressure-go/backpressure/testdata/rig"
)

// Threads are dear, so that the limit of the fix is tuned down for this proof:
//
//bpbench:limit 64

// TestLoad: a directory of one-line files on a disk that opens 200 files a
// second. Someone else counts the lines of this very package meanwhile.
func TestLoad(t *testing.T) {
	rig.Run(t, rig.Load{
		Resource: rig.Threads,
		Work:     rig.Work{Slots: 1, Takes: 5 * time.Millisecond},
		Rates:    []float64{20, 300, 1500},
		Bystander: func() error {
			_, err := CountLines(".")
			return err
		},
		Batch: func(b *rig.Batch) (func() error, error) {
			dir, err := b.SlowFiles()
			if err != nil {
				return nil, err
			}
			return func() error {
				lines, err := CountLines(dir)
				if err == nil && lines != b.N {
					err = fmt.Errorf("%d lines in %d files", lines, b.N)
				}
				return err
			}, nil
		},
	})
}
