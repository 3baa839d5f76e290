// Package liftedstreams lifts limits that libraries have, or sets its own.
package liftedstreams

import (
	"net/http"

	"github.com/quic-go/quic-go"
)

func quicConfig() *quic.Config {
	return &quic.Config{
		MaxIncomingStreams:    1 << 60, // want `streams of each connection: peers decide how many, MaxIncomingStreams lifts the limit of 100 \(serverlimit/streams\)`
		MaxIncomingUniStreams: -1,
	}
}

func quicLimited(n int64) []*quic.Config {
	return []*quic.Config{
		{},
		{MaxIncomingStreams: 256},
		{MaxIncomingStreams: n},
	}
}

func h2(srv *http.Server) {
	srv.HTTP2 = &http.HTTP2Config{}
	srv.HTTP2.MaxConcurrentStreams = 1 << 30 // want `MaxConcurrentStreams lifts the limit of 250`
}

func h2Limited() *http.HTTP2Config { return &http.HTTP2Config{MaxConcurrentStreams: 1000} }
