package inflated

import (
	"io"
	"net/http"

	"github.com/klauspost/compress/zstd"
)

// Zstd inflates 64 GiB, the default.
func Zstd(w http.ResponseWriter, r *http.Request) {
	z, err := zstd.NewReader(r.Body)
	if err != nil {
		return
	}
	defer z.Close()
	b, _ := io.ReadAll(z) // want `inflated bytes of r.Body read into memory`
	store(b)
}
