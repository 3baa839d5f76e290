// Package semwait finds waits for slots without readiness or context.
//
// # Analyzer semwait
//
// semwait: report waits for slots without readiness or context
//
// A semaphore turns too much work into waiting, and that is its purpose. It is
// also where a server stops without a word: whoever waits has nobody to tell
// that it waits, the client it waits for has gone long ago, and when it gets
// its slot at last, it does the work for nobody. This rule looks at every
// place that takes a slot: channels used as semaphores (either way round),
// golang.org/x/sync/semaphore, condition variables, and the types that
// projects write around them, which it summarises from their bodies, also
// across packages.
//
// Deliberately silent: waits with another arm (a context, a timer, a stop
// channel, a default), holders that wait for nobody or provably for a limited
// time, slots of one call whose goroutines end with its context, waits for all
// slots at once (which is how one waits for the holders), and semaphores of
// which it cannot be seen how they are given back. Holders that use files or
// locks of this machine wait for no peer; those that run other programs do.
//
// To silence one finding:
//
//	//backpressure:ignore semwait/no-context holders are done in a millisecond
//
// ## no-context
//
// A wait for a slot that nothing but a slot can end, with a context, a request
// or a stop channel in reach, while the holders wait for peers:
//
//	func (s *Store) Get(ctx context.Context, key string) (string, error) {
//		s.slots <- struct{}{} // WRONG: wait for a slot of s.slots lasts as long as holders that wait for peers: ctx cannot end it (semwait/no-context)
//		defer func() { <-s.slots }()
//		return s.ask(key)
//	}
//
// A holder waits for peers where it is seen to, and where it passes a context to
// code that is not seen and may fail. The backend becomes slow; the callers' contexts end one after the other;
// their goroutines stay. Right:
//
//	select {
//	case s.slots <- struct{}{}:
//	case <-ctx.Done():
//		return "", ctx.Err()
//	}
//
// The same kind has sends to a goroutine that ends with a stop channel which
// the sender does not look at: a DNS proxy asked its connection manager for a
// connection on an unbuffered channel, and each query that came after the
// manager had stopped was there for ever.
//
// So have, in a function that is given a context, a job for workers which wait for
// peers, the answer to it, and a wait for a condition that the context does not
// wake:
//
//	p.jobs <- j // WRONG: send to p.jobs waits for a worker, and workers wait for peers: ctx cannot end it (semwait/no-context)
//
// And a group that all requests share and that has a limit: Go waits for room
// and looks at no context, not even that of errgroup.WithContext:
//
//	s.g.Go(s.ask) // WRONG: wait for room in s.g lasts as long as the goroutines in it: r.Context() cannot end it (semwait/no-context)
//
// Right: TryGo, and answer 503 when it says no.
//
// The fixes end the wait with what is in reach, also by the method of a
// project's semaphore that takes the same slot and ends with a context; handlers
// may refuse instead. There is none where leaving would keep a lock, and none for
// a condition variable: waiting for one ends with a signal, or not at all.
//
// ## background
//
// The wait could end with a context and is given one that never does:
//
//	if err := s.sem.Acquire(context.Background(), 1); err != nil { // WRONG: wait for a slot of s.sem is on context.Background(): it goes on when whoever asked has gone (semwait/background)
//
// Connections of pools that have a limit are slots, too, and the forms without
// a context wait for them for ever:
//
//	rows, err := s.db.Query(list) // WRONG: wait for a connection of s.db is on no context: it goes on when whoever asked has gone (semwait/background)
//
// A rate limiter's Wait is the same where the context never ends; with a deadline
// it fails at once when its turn would come too late. Not reported: pools of
// which no limit is seen (a sql.DB opens one more until SetMaxOpenConns),
// clients whose wait ends by itself (go-redis has a PoolTimeout), statements
// that change something, which may be meant to be carried out when the client
// has gone, and what goroutines and deferred calls of the handler do.
//
// Right: the request's own context, or one with a time limit; the fix gives one
// where no other context is in reach and the error is looked at. There is none
// for Begin: with a context the transaction is rolled back when that ends, which
// is not what every request wants. A blockchain
// node waited with context.TODO() for one of a few gossip slots, in a
// goroutine per peer; the goroutines of peers that had gone kept waiting.
//
// ## leaked-slot
//
// A path on which the slot stays taken: to a return, around the loop to the
// next acquire, or out of an HTTP handler that panics, which the server
// recovers from:
//
//	p.sem <- struct{}{} // WRONG: slot of p.sem is not given back on a path that returns: each time there is one less (semwait/leaked-slot)
//	if key == "" {
//		return errEmpty
//	}
//	err := f(key)
//	<-p.sem
//
// Right: defer the release right behind the acquire; where a goroutine will give
// the slot back, give it back before leaving without one. Not reported: functions
// that hand the slot out with their result, semaphores whose slots other
// functions give back, and those that end with the function itself.
//
// ## slot-held
//
// A slot that others need is held while a peer is read without a deadline:
//
//	if _, err := io.ReadFull(c, head); err != nil { // WRONG: slot of s.workers is held while c is read without a deadline: peers that send nothing hold them all (semwait/slot-held)
//
// Right: a read deadline before the first read, or read first and take the
// slot for the work. A DNS server gave its QUIC workers to streams before the
// query was read; as many idle streams as workers stopped it.
// So are bodies of requests read, where the package serves with a server that
// has no ReadTimeout; no fix says whether to read first or to set one.
// Not reported: a semaphore of the accept loop's own function, which says how
// many connections there may be and no more.
//
// The fix sets a deadline before each read, and has what reads on and on do so
// through a reader that sets one each time. How long a peer may be silent is the
// protocol's to say: tune the constant. There is no fix where silence may be no
// idleness: another goroutine writes to the connection, or what is read is
// passed on to another one; nor where code that is not seen reads, too.
//
// ## shared-send
//
// An unconditional send to one of many consumers, in a loop that reads for all
// of them or writes to all of them:
//
//	for _, s := range h.subs {
//		s.in <- msg // WRONG: send to s.in waits in the loop that serves them all: one consumer that stalls stalls the others (semwait/shared-send)
//	}
//
// The consumer may be looked up in a helper, be handed to one, or come from a
// sync.Map. Right: drop for the one that is full, or close it; to take its
// oldest out first is as good. Errors are not for a fix to drop. And a send under a lock
// which closing the channel needs: a container's log driver held its read lock
// while the queue was full, and the container could not be stopped. There the fix
// gives up after a while, if the function can tell its caller.
//
// ## over-ask
//
// More slots are asked for than there are, or a group is limited to none:
//
//	sem := semaphore.NewWeighted(8)
//	if err := sem.Acquire(ctx, 16); err != nil { // WRONG: wait for 16 slots of sem, which has 8: there are never as many (semwait/over-ask)
//
// The fix gives a group that is limited to none a limit, as a constant. Whether
// there are to be more slots, or fewer asked for, only the program knows.
//
// ## no-readiness
//
// With -strict: a request handler that can only queue for its slot. The wait
// ends with the request, but nothing is refused while that would still help.
// Right: try first and answer 503 with Retry-After.
//
// ## hold-and-wait
//
// With -strict: a slot is waited for while one of the same semaphore is held,
// or a connection of a pool that has a limit while a transaction or open rows
// have one of the same. As many holders as there are slots wait for each other.
//
// ## no-feedback
//
// With -strict: an exported function that may wait for a slot and has neither
// a context nor a result that could tell its caller.
//
// # What is measured
//
// Programs with findings of no-context, background, leaked-slot, slot-held and
// shared-send are loaded, as they are and fixed. Of over-ask, the first call waits, and nothing need pile up for that.
// What no-readiness, hold-and-wait and no-feedback find is a choice, which no
// load decides.
package semwait
