// Package unboundedgo finds goroutines whose number somebody outside decides
// and nothing limits.
//
// # Analyzer unboundedgo
//
// unboundedgo: report goroutines that are started without a bound
//
// A goroutine per connection, message, request or file costs little while
// each is done before many more come. When they take longer, because a
// database, a disk or a peer is slow, they pile up: each holds its stack, its
// buffers, its connection, and for file I/O a thread. The program goes on
// accepting work that it cannot do, its latency grows without end, and it dies
// of memory or of 10,000 threads long after the moment at which it could have
// said no. A limit makes it wait, drop or refuse while that still helps.
//
// A finding says what there is one goroutine per, who decides how many, and
// what is missing. The fixes are offered in this order: wait for a slot before
// the goroutine is started, then drop or refuse when all slots are taken. The
// limit they write is a named constant (flag -limit, 256): tune it to what the
// machine, or what is behind it, can carry.
//
// ## accept-loop
//
// A goroutine per connection, stream, session or channel that a peer opens.
// Peers open as many as they like and keep them for as long as they like.
//
//	// WRONG
//	for {
//		c, err := ln.Accept()
//		if err != nil {
//			return err
//		}
//		go s.serve(c) // goroutine per connection accepted from ln: peers decide how many, nothing bounds them (unboundedgo/accept-loop)
//	}
//
//	// RIGHT
//	sem := make(chan struct{}, maxServe)
//	for {
//		c, err := ln.Accept()
//		if err != nil {
//			return err
//		}
//		sem <- struct{}{}
//		go func() {
//			defer func() { <-sem }()
//			s.serve(c)
//		}()
//	}
//
// CoreDNS served each QUIC connection in a goroutine of its own, with no cap
// on connections; it now closes those above a limit. Its HTTP/3 server left
// the same to a library: servers of libraries that take all clients from one
// socket are reported where they are started. Those of stream listeners are
// not: the number of open files is a limit of sorts, and they are everywhere.
//
// ## receive-loop
//
// A goroutine per datagram, message, frame, line or channel element received.
//
//	// WRONG
//	for {
//		n, from, err := pc.ReadFrom(buf)
//		if err != nil {
//			return err
//		}
//		key := string(buf[:n])
//		go s.answer(pc, from, key) // goroutine per datagram received from pc: peers decide how many, nothing bounds them (unboundedgo/receive-loop)
//	}
//
//	// RIGHT: a datagram that nobody has time for is lost, as datagrams are
//	select {
//	case sem <- struct{}{}:
//	default:
//		continue
//	}
//	go func() {
//		defer func() { <-sem }()
//		s.answer(pc, from, key)
//	}()
//
// yamux starts a goroutine for every ping frame, each of which may wait up to
// the write timeout. CoreDNS was seen with 2.8 million goroutines, one per UDP
// packet, waiting for one socket, before the runtime gave up.
//
// ## handler
//
// A goroutine that a request handler or library callback starts and that goes
// on after it has returned. The server's own limits end with the handler.
//
//	// WRONG
//	func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
//		go s.tell(r.PathValue("order")) // goroutine started by handler ServeHTTP outlives the request: peers decide how many, nothing bounds them (unboundedgo/handler)
//		w.WriteHeader(http.StatusAccepted)
//	}
//
//	// RIGHT
//	select {
//	case tellSlots <- struct{}{}:
//	case <-r.Context().Done():
//		return
//	}
//	go func() {
//		defer func() { <-tellSlots }()
//		s.tell(order)
//	}()
//
// fasthttp's TimeoutHandler ran the real handler in a goroutine and returned
// when the time was up: abandoned handlers piled up beyond the server's limit
// on concurrency, which only counted those that had not timed out.
//
// The same goes for who waits with a timeout by way of a goroutine that waits
// without one: as long as what is waited for does not come, each that gives up
// leaves one behind.
//
//	// WRONG
//	ready := make(chan struct{})
//	go func() { // goroutine waits for s.up after its waiter may have given up: peers decide how many, nothing bounds them (unboundedgo/handler)
//		s.up.Wait()
//		close(ready)
//	}()
//	select {
//	case <-ready:
//	case <-ctx.Done():
//	}
//
//	// RIGHT: one channel, closed once by whoever brings it up
//	select {
//	case <-s.upCh:
//	case <-ctx.Done():
//	}
//
// ## fan-out
//
// A goroutine per element of a collection whose size the input decides, where
// each of them waits for I/O: a request's list, a directory, rows, a file's
// lines. With -strict, also collections of which nobody outside provably
// decides the size.
//
//	// WRONG
//	entries, err := os.ReadDir(dir)
//	...
//	for _, e := range entries {
//		g.Go(func() error { return hash(e.Name()) }) // goroutine per directory entry of entries: the input decides how many, nothing bounds them (unboundedgo/fan-out)
//	}
//
//	// RIGHT
//	g := new(errgroup.Group)
//	g.SetLimit(maxHash)
//
// Prometheus reloaded all scrape pools at once, one goroutine each, when its
// configuration changed; it now takes one of GOMAXPROCS slots for each.
//
// ## tick
//
// A goroutine per tick of a clock that may take longer than the period, so
// that the next is started before the last has ended.
//
//	// WRONG
//	for range t.C {
//		go poll(addr) // goroutine per tick of time.NewTicker().C may outlast the period: nothing bounds how many (unboundedgo/tick)
//	}
//
//	// RIGHT: a ticker drops the ticks that nobody waits for
//	for range t.C {
//		poll(addr)
//	}
//
// memberlist starts a fallback probe per round and ends each by the probe's
// deadline: that is a bound, and is not reported. Without the deadline, a
// member that accepts and never answers would keep one for each round.
//
// ## late-acquire
//
// The goroutine takes its slot itself. The semaphore bounds the work, but not
// the goroutines, which wait to be allowed to wait.
//
//	// WRONG
//	go func() { // goroutine per connection accepted from ln waits for s.sem after it is started: the semaphore bounds the work, not the goroutines (unboundedgo/late-acquire)
//		s.sem <- struct{}{}
//		defer func() { <-s.sem }()
//		s.serve(c)
//	}()
//
//	// RIGHT
//	s.sem <- struct{}{}
//	go func() {
//		defer func() { <-s.sem }()
//		s.serve(c)
//	}()
//
// Prometheus' remote storage started a goroutine for every batch of samples
// and took the semaphore as its first statement: with a slow remote end they
// piled up with a batch each. Thanos did the same with memcached.
//
// ## overflow
//
// A goroutine is started because the queue or pool is full: the limit is
// noticed and then gone around.
//
//	// WRONG
//	select {
//	case s.mails <- mail:
//	default:
//		go s.send(mail) // goroutine started when s.mails is full: nothing bounds how many (unboundedgo/overflow)
//	}
//
//	// RIGHT
//	select {
//	case s.mails <- mail:
//	case <-r.Context().Done():
//		return
//	}
//
// CoreDNS, in its first bound for DNS over QUIC, let a goroutine wait for the
// worker pool whenever that was full; the waiting ones had no bound.
//
// ## recursion
//
// A function that starts a goroutine per child, each of which does the same.
// No fix is offered: a slot held by a parent that waits for its children would
// deadlock. Work through a list with a fixed number of goroutines, or take a
// slot for the work only and do the child in line when there is none.
//
//	// WRONG
//	func Walk(dir string, wg *sync.WaitGroup, visit func(string)) {
//		...
//		for _, e := range entries {
//			wg.Add(1)
//			go Walk(name, wg, visit) // goroutine per child in recursive Walk: the input decides how many, nothing bounds them (unboundedgo/recursion)
//		}
//	}
//
//	// RIGHT
//	filepath.WalkDir(dir, visit)
//
// None of the repositories this rule was measured on has one. It is how
// programs that count a disk's usage are written first: Go's own file I/O had
// to learn to limit its threads for the like of it (golang/go#7903).
//
// ## wrong-scope
//
// There is a semaphore, group or counter, and it bounds nothing: it is made
// anew for each event, given back by the spawner, sized without a limit, or
// compared before the goroutine is started and counted inside it; or it was
// declared, passed on, and never made.
//
//	// WRONG
//	for {
//		c, err := ln.Accept()
//		...
//		slots := make(chan struct{}, maxClients)
//		slots <- struct{}{}
//		go func() { // goroutine per connection accepted from ln: the limit slots is made once per event and bounds nothing (unboundedgo/wrong-scope)
//			defer func() { <-slots }()
//			s.serve(c)
//		}()
//	}
//
//	// RIGHT
//	slots := make(chan struct{}, maxClients)
//	for {
//		...
//
// containerd applied its configured download limit to each image pull by
// itself: the downloads grew with the number of pulls that ran.
//
// # What is measured
//
// A program with a finding of each kind is loaded, as it is and fixed, but for
// two: of tick, since how often is a constant of the program, so that there are
// no rates to offer it; and of recursion, since no fix is offered to compare it
// with. What either costs is what a goroutine of the other kinds does.
//
// # What is not reported
//
// Goroutines as many as a constant, the configuration or the number of CPUs
// says; a fixed number per connection that something else limits; goroutines
// that wait for nobody; those that the spawner waits for before it starts the
// next; one at a time or one per key of a map; listeners and groups with a
// limit; protocols that limit their streams by themselves; what a count, a
// rate or a try lets through. What may be a limit and cannot be resolved
// counts as one. Examples, benchmarks, mocks and test files are left out
// unless -tests is given.
//
// A limit that only the program's callers or its operator know of:
//
//	//backpressure:bounded 8 one per disk
//
// # Fixes that are not offered
//
// None that could deadlock (the spawner holds a lock, or takes what the
// goroutine sends), leave a slot behind, skip what the function must still do,
// or evaluate an argument later than before; none in generated files, nor
// where the goroutine is started inside a library or by a timer.
//
// To silence one finding:
//
//	//backpressure:ignore unboundedgo/accept-loop a unix socket for root alone
package unboundedgo
