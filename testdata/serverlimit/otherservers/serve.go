// Package otherservers has servers of other libraries.
package otherservers

import (
	"net"
	"time"

	"github.com/valyala/fasthttp"
)

func fast(ln net.Listener, h fasthttp.RequestHandler) error {
	srv := &fasthttp.Server{Handler: h} // want `connections of this fasthttp\.Server stay open for as long as clients take to send a request: ReadTimeout is not set \(serverlimit/timeouts\)`
	return srv.Serve(ln)
}

func fastLimited(h fasthttp.RequestHandler) error {
	srv := &fasthttp.Server{Handler: h, ReadTimeout: time.Minute}
	return srv.ListenAndServe(":80")
}

func fastPackage(h fasthttp.RequestHandler) error {
	return fasthttp.ListenAndServe(":80", h) // want `connections served by fasthttp\.ListenAndServe stay open`
}

func fastLocal(h fasthttp.RequestHandler) error { return fasthttp.ListenAndServe("localhost:80", h) }
