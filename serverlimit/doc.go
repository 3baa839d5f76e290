// Package serverlimit finds servers and pools configured without a limit.
//
// # Analyzer serverlimit
//
// serverlimit: report servers and pools configured without a limit
//
// The limits of a server are set where it is made, far from the code that
// suffers when they are missing. Servers are followed from where they are made,
// through constructors, fields, options, later assignments and helpers, also
// of other packages, to where they serve. A server is reported if it serves in
// sight and no limit is in sight: one that may be set by a function or option
// that is not visible counts as set.
//
// Silence a finding with a comment that says why there is a limit:
//
//	//backpressure:bounded the load balancer in front buffers requests
//	srv := &http.Server{Handler: h}
//
// or, for one kind, with //backpressure:ignore serverlimit/timeouts reason.
//
// ## timeouts
//
// An HTTP server with neither ReadHeaderTimeout nor ReadTimeout waits for the
// end of a request's header for as long as its client likes. A client that
// sends a byte a minute holds a connection, a goroutine and a file descriptor;
// a few thousand of them hold all that the process may open, and cost their
// owner nothing. The functions of the package, as ListenAndServe, have no limits to set.
//
//	// WRONG: connections of this http.Server stay open for as long as clients take to send a request: neither ReadHeaderTimeout nor ReadTimeout is set (serverlimit/timeouts)
//	srv := &http.Server{Handler: mux}
//	return srv.Serve(ln)
//
//	// RIGHT
//	srv := &http.Server{
//		Handler:           mux,
//		ReadHeaderTimeout: readHeaderTimeout,
//		IdleTimeout:       idleTimeout,
//	}
//	return srv.Serve(ln)
//
// WriteTimeout is not asked for: it counts from the end of the header and cuts
// streams and downloads short. Neither is ReadTimeout where ReadHeaderTimeout is
// set: long uploads are fine. A limit that is off by default is none, where
// nobody but this package can set another default: a flag, a field. Where others
// could, it is reported beside the default that the package gives another
// setting of the server, and not this one: who fills in the one knows that zero
// means no limit. Not reported: servers on a unix
// socket or on the loopback interface, servers behind a listener that limits
// connections, servers in tests and examples, servers that are made here and
// served elsewhere.
//
// The fix writes generous values. A container runtime once set three seconds,
// because a linter had asked for some limit, and could no longer start commands
// on machines under load.
//
// ## streams
//
// One connection carries many streams. Libraries limit them by default, HTTP/2
// servers to 250 and QUIC to 100, except gRPC: there a single connection may have
// four billion calls in flight, with a goroutine each.
//
//	// WRONG: calls on each connection of the server: clients decide how many, grpc.NewServer is given no limit (serverlimit/streams)
//	srv := grpc.NewServer(grpc.Creds(creds))
//
//	// RIGHT
//	srv := grpc.NewServer(grpc.MaxConcurrentStreams(maxConcurrentStreams), grpc.Creds(creds))
//
// NumStreamWorkers is no limit: a call that finds all workers busy gets a
// goroutine of its own. A limit of zero or math.MaxUint32 means none, and so
// does a quic.Config or HTTP2Config with millions of streams. Not reported:
// options that come from callers or configuration and may hold a limit, servers on
// a unix socket or in memory.
//
// A DNS server that many run on the open Internet served gRPC, HTTPS and HTTP/3
// with the defaults of the libraries, until an advisory made it limit all three.
//
// ## pool
//
// A sql.DB opens a connection for each query that finds none idle, until the
// database refuses all clients: those of other programs, too. With a limit,
// requests wait for each other instead, for as long as their contexts allow.
//
//	// WRONG: connections of the pool that sql.Open opens: requests decide how many, nothing limits those open at once (serverlimit/pool)
//	db, err := sql.Open("postgres", dsn)
//
//	// RIGHT
//	db, err := sql.Open("postgres", dsn)
//	if err != nil {
//		return nil, err
//	}
//	db.SetMaxOpenConns(maxOpenConns)
//
// Reported if a request handler is seen to use the pool. SetMaxIdleConns is no
// limit on open connections.
//
// ## retry-after
//
// A server that is too busy answers 503 or 429, and the client decides when to
// ask again: most ask at once, and the server is busy with saying that it is
// busy. Retry-After spreads them.
//
//	// WRONG: 503 answered without Retry-After: clients decide when to come back, and how often (serverlimit/retry-after)
//	http.Error(w, "busy", http.StatusServiceUnavailable)
//
//	// RIGHT
//	w.Header().Set("Retry-After", retryAfter)
//	http.Error(w, "busy", http.StatusServiceUnavailable)
//
// Errors and results with such a status count as answers where a function that
// is handed the ResponseWriter makes them, or what gin, echo, fiber and fasthttp
// hand their handlers. A header that another branch sets is no help. Not
// reported: probes (health, readiness and their like), whose askers come back on
// a schedule of their own, answers copied from another server, errors made where
// no request is in sight, packages whose WriteHeader adds the header, and the
// frameworks themselves.
//
// A message queue answered 503 to publishers while it was shutting down. Those that
// published through a load balancer came back within the millisecond.
//
// ## readiness
//
// With -strict. A server that limits work, by slots or by a limiting listener,
// and registers nothing by which it can be asked whether it has room, is
// found out by being refused. Whoever balances load over several such servers
// cannot route around the full one.
//
//	// WRONG: requests wait for slots, and nothing says whether there are any: callers learn of overload by waiting (serverlimit/readiness)
//	mux.HandleFunc("/render", render)
//
//	// RIGHT
//	mux.HandleFunc("/render", render)
//	mux.HandleFunc("/ready", ready) // 503 while all slots are taken
//
// # What is measured
//
// Programs with findings of timeouts, streams, pool and retry-after are loaded, as
// they are and fixed: the pool in front of a real database, streams by a client
// that resets each at once. Of readiness, there is no fix to compare with.
// Bpbench with -run sqlwaits -stage 13s has some ten thousand requests in front
// of the pool of 50; it needs 20000 open files.
package serverlimit
