// Package slowheader answers requests once their header is complete.
package slowheader

import (
	"net"
	"net/http"
	"time"
)

// Patience is how long an answer may take.
const Patience = time.Minute

// Serve answers on ln with h.
func Serve(ln net.Listener, h http.Handler) error {
	srv := &http.Server{ // want `connections of this http\.Server stay open for as long as clients take to send a request: neither ReadHeaderTimeout nor ReadTimeout is set \(serverlimit/timeouts\)`
		Handler:      h,
		WriteTimeout: Patience,
	}
	return srv.Serve(ln)
}
