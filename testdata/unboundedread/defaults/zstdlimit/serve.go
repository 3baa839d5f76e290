// Package zstdlimit sets the option of its decompressor.
package zstdlimit

import (
	"io"
	"net/http"

	"github.com/klauspost/compress/zstd"
)

// Put inflates as much as the option lets through.
func Put(w http.ResponseWriter, r *http.Request) {
	z, err := zstd.NewReader(r.Body, zstd.WithDecoderMaxMemory(16<<20))
	if err != nil {
		return
	}
	defer z.Close()
	_, _ = io.ReadAll(z)
}
