// Package unboundedqueue finds queues, channels and maps that grow without a
// bound.
//
// # Analyzer unboundedqueue
//
// unboundedqueue: report queues, channels and maps that grow without a bound
//
// A queue between a producer and a consumer decides what happens when the
// consumer is the slower one. Without a limit it hides that: everything is
// accepted, each element waits longer than the one before, and memory runs out
// at a time and a place that have nothing to do with the cause. A limit tells
// the producer while that still helps: it waits, drops, or is refused.
//
// A finding names the container, who decides how much goes in, and what is
// missing. The container is a struct field, a global or a captured variable;
// all insertions, removals and questions for its length in the package are
// taken together.
//
// ## queue
//
// A slice, list or heap that a peer's messages are appended to and that
// somebody else, or nobody, takes out of; or one between producers that never
// wait and a consumer that waits on a condition or a wake-up channel.
//
//	// WRONG
//	func (q *Queue) Put(j *job) {
//		q.mu.Lock()
//		q.jobs = append(q.jobs, j) // queue q.jobs grows with each call of Put: its callers decide how much, nothing bounds how far it gets ahead of its consumer (unboundedqueue/queue)
//		q.mu.Unlock()
//		q.filled.Signal()
//	}
//
//	// RIGHT
//	func (q *Queue) Put(j *job) error {
//		q.mu.Lock()
//		defer q.mu.Unlock()
//		if len(q.jobs) >= maxJobs {
//			return errFull
//		}
//		q.jobs = append(q.jobs, j)
//		q.filled.Signal()
//		return nil
//	}
//
// A client library for a message broker kept the batches of each partition in
// such a slice: with asynchronous writes nobody waited for the broker, and the
// slice grew for as long as the broker was slower than the program.
//
// Two more lists have no consumer until their function goes on or returns: a
// local slice that collects what a peer sends until the peer says that it has
// done, and the calls that a defer statement in a loop puts off.
//
//	// WRONG
//	for {
//		line, err := r.ReadString('\n')
//		...
//		all = append(all, line) // slice all grows with each line: peers decide how many there are before headers goes on, nothing bounds it (unboundedqueue/queue)
//	}
//
//	// WRONG
//	for {
//		c, err := ln.Accept()
//		...
//		defer c.Close() // deferred calls pile up with each connection: peers decide how many, none is made before serve returns (unboundedqueue/queue)
//	}
//
//	// RIGHT
//	if len(all) >= maxLines {
//		return nil, errTooMany
//	}
//
// A limit on the number of elements and one on the size of each are two limits
// on the wrong unit where a peer chooses both: their product may be all the
// memory there is. That is said where no sum of the sizes is compared with
// anything, unless both limits are constants that come to little. Where the
// length is compared on one of two ways in, the other is reported, and says so.
//
// Not reported: a length, a count or a number of bytes that is compared with a
// maximum on the way in or anywhere that may take elements out, also after the insertion or through a method
// of its own; a slot taken before the insertion; a condition that the producer
// waits for; callers that wait until their entry is done; entries that are
// there once per key; free lists; what is drained by the one who fills it, or
// whole at each tick of a clock; and queues whose exported length callers may
// look at before they insert.
//
// ## pump
//
// The goroutine that makes a channel infinite: it receives into a slice and
// sends from its head, so that senders never wait.
//
//	// WRONG
//	select {
//	case v := <-in:
//		pending = append(pending, v) // pump takes all that in has and keeps what is not yet received: its senders never wait, nothing bounds it (unboundedqueue/pump)
//	case send <- first:
//		pending = pending[1:]
//	}
//
//	// RIGHT: the input is off while the slice is full
//	recv := in
//	if len(pending) >= maxPending {
//		recv = nil
//	}
//	select {
//	case v := <-recv:
//
// The shape is found in event buses and log shippers, where it turns a slow
// subscriber into a program that is out of memory. Pumps that compare the
// length of the slice with anything but nought, or turn an input off, are not
// reported.
//
// ## send-goroutine
//
// A goroutine that exists in order to send: a queue made of goroutines, which
// also loses the order.
//
//	// WRONG
//	go func() { s.events <- e }() // goroutine per send to s.events waits until it is received: peers decide how many, nothing bounds them (unboundedqueue/send-goroutine)
//
//	// RIGHT
//	select {
//	case s.events <- e:
//	default: // nobody is ready: dropped
//	}
//
// The admin page of a message queue started such a goroutine per action; one
// consumer, which posted each to an endpoint, was at the other end.
//
// Not reported: channels that only signal (struct{}, bool, error), sends that a
// timer or context ends, a channel made for one answer, and goroutines that a
// semaphore limits. A stop channel ends them with the server, not before, and
// is no limit.
//
// ## library
//
// A queue or channel of a library that has no limit, or whose limit is set to
// none.
//
//	// WRONG
//	ch := chanx.NewUnboundedChan[job](ctx, 100) // chanx.NewUnboundedChan makes a queue without a limit: its producers never wait, nothing bounds it (unboundedqueue/library)
//
//	// RIGHT
//	ch := make(chan job, 100)
//
// The number in such constructors is the initial capacity. Caches with a size
// (LRU and the like) are not reported, nor queues of a type whose length the
// package compares with anything but nought.
//
// ## capacity
//
// A channel, slice or map that is made as large as a peer's number says, or a
// channel with room for a million elements and more, which memory ends first.
//
//	// WRONG
//	k, err := strconv.Atoi(r.FormValue("k"))
//	...
//	best := make([]hit, 0, k) // capacity k of slice: a peer chooses it, nothing bounds it (unboundedqueue/capacity)
//
//	// RIGHT
//	best := make([]hit, 0, min(k, maxBest))
//
// A time series database took the k of its topk function for the capacity of a
// heap: one query could ask for all the memory there is.
//
// A channel with endless room is given less only where its senders may wait:
// somebody else receives, and no lock is held meanwhile.
//
// Not reported: numbers that are compared with anything but nought or one,
// lengths of what was received, narrow integers, slices of bytes (a length
// declared on the wire is unboundedread's) and what the operator configures.
//
// ## map
//
// A map that lives long, with keys that peers choose, or with another key for
// each event (a counter, the address of what was made for it), and that nothing
// deletes from, or nothing but another request of a peer; a table of sessions by the source address of datagrams, which anybody
// can invent as fast as they can send; and the connections that an accept loop
// keeps without a limit and without a goroutine each.
//
//	// WRONG
//	s.hits[r.URL.Path]++ // map s.hits grows with each new key: peers decide its keys, nothing deletes from it (unboundedqueue/map)
//
//	// RIGHT
//	if _, ok := s.hits[r.URL.Path]; !ok && len(s.hits) >= maxPaths {
//		return errTooMany
//	}
//	s.hits[r.URL.Path]++
//
// A proxy for UDP kept an entry per source address and replaced it when the
// session had ended, but never deleted it.
//
// Whoever drives it, a map is reported whose entries one function finds by
// their key and ends (Stop, Close, Cancel) while nothing deletes them.
//
// A deletion bounds nothing where it only concerns entries that their maker has
// marked for it (topics whose name says that they are temporary), or comes with
// the end of what has the map. Each function that inserts is a finding: a limit
// on one of two ways in is none.
//
// A sync.Map has no fix: it does not say how many entries it has, a full one
// would refuse new keys for ever, and who holds an entry, a lock, must not lose
// it. Count who holds it, and delete it with the last.
//
// Not reported: maps that something else deletes from, such as an expiry or the
// end of a connection, or that are replaced as a whole (with -strict those
// are), keys of few values, keys that are found in
// another map first, exported fields (whose users may delete), and what the
// program registers.
//
// ## stream-buffer
//
// The queue kind for bytes: what is written to a stream waits for its reader in
// a buffer, with no window and no cap.
//
//	// WRONG
//	func (s *stream) push(b []byte) {
//		s.mu.Lock()
//		s.buf.Write(b) // buffer s.buf grows with each read: peers decide how much, nothing bounds how far it gets ahead of its consumer (unboundedqueue/stream-buffer)
//		s.mu.Unlock()
//		s.filled.Signal()
//	}
//
//	// RIGHT
//	if s.buf.Len()+len(b) > s.window {
//		return errWindow
//	}
//
// A container engine buffered the output of a container for each client that
// had attached, however slowly that client read.
//
// ## timer
//
// Strict. A timer per message that a peer sends: each is there until its time
// has come, so that rate times duration are there at once.
//
//	// WRONG
//	time.AfterFunc(time.Hour, func() { s.expire(id) }) // timer per request: peers decide how many run at once, nothing bounds them (unboundedqueue/timer)
//
//	// RIGHT: one timer for the entry that expires next
//	heap.Push(&s.expiries, entry)
//
// Not reported: timers that somebody keeps, who may stop them.
//
// # What is measured
//
// A program with a finding of each kind is loaded, as it is and fixed, but for
// two: what a queue of library costs under load is that of the kind it takes
// the place of; and of timer, what is there after an hour is no matter of
// seconds.
//
// # What is not reported
//
// What is inserted when the program starts or as its configuration says;
// containers that die with the call; containers that another package gets hold
// of; insertions that nobody provably drives. A limit that only callers or the
// operator know of:
//
//	//backpressure:bounded 64 one per worker
//
// To silence one finding:
//
//	//backpressure:ignore unboundedqueue/queue bounded by the callers' quota
package unboundedqueue
