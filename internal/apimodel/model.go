// Package apimodel answers one question: what does a function, type or field
// of a well-known API do to the number of goroutines, bytes and waiters?
//
// The answers are rows in tables, one file per ecosystem, sorted by name, each
// with its reason. Analyzers hold no import path of their own: they ask here.
package apimodel

import "go/types"

// An Effect is one thing that calling a function does.
type Effect uint8

const (
	None Effect = iota

	// Growth: who makes a site run once more.

	Accept      // the result is one more Unit that a peer opened
	Receive     // one call yields one Unit that a peer sent (result, or what Arg points to)
	ReceiveFrom // like Receive, when what the receiver wraps is a peer's: bufio, Scanner, Decoder
	Wrap        // the result reads from, writes to or speaks for argument Arg
	Collect     // the length of the result is decided by the Unit: a directory, rows, a file
	Derive      // the result is made of argument Arg and no longer than it: Split, Fields, Clone
	Unmarshal   // what argument Arg points to is filled from the receiver (Decoder) or argument 0
	Callback    // function argument Arg is called once per Unit, one call after the other
	CallbackGo  // function argument Arg is called once per Unit, each in a goroutine of the library
	Serve       // accepts on listener argument Arg and starts a goroutine per Unit, for as long as it runs
	Tick        // the result ticks: Ticker, channel of times
	TickOnce    // the result delivers one time: Timer, time.After
	Rearm       // the receiver delivers one more time
	Config      // the operator decides the result, or what Arg points to: flags, environment, configuration
	Host        // the machine decides the result: number of CPUs

	// Spawns.

	Spawn       // function argument Arg runs in a new goroutine
	SpawnPooled // function argument Arg runs in a goroutine of the receiver's pool
	AfterFunc   // function argument Arg runs in a goroutine of its own, later

	// Limits.

	NewPool       // the result runs at most Arg goroutines; Unlimited values lift that
	SetLimit      // the receiver runs at most Arg goroutines; Unlimited values lift that
	NewSemaphore  // the result has Arg slots
	Acquire       // waits for a slot of the receiver; Arg is the number of slots, -1 for one
	TryAcquire    // takes a slot of the receiver or reports false at once
	Release       // gives a slot of the receiver back
	LimitListener // the result listens with at most Arg connections open
	Once          // function argument Arg runs at most once
	StreamLimit   // sets how many streams a peer may open at once to argument Arg

	// Waiting.

	Join      // waits until goroutines that the receiver counts have ended
	BlockNet  // waits for a peer: network I/O, with no time limit of its own
	BlockFile // waits in a thread: file I/O, DNS through cgo, child processes
	BlockTime // waits for the clock
	BlockLock // waits for a lock or condition
	NoBlock   // returns without waiting for anybody
	Deadline  // the result is a context, timer or conn that ends waits: WithTimeout
	Pipe      // the results are the two ends of one pipe: closing one ends the other's waits
	Hijack    // takes the connection over from its server: Hijack, Upgrade

	// Writes.

	Write         // sends bytes to the receiver or argument Arg; waits until they are taken
	WriteDeadline // argument Arg is when writes to the receiver end; the zero time takes it away
	ReadDeadline  // argument Arg is when reads from the receiver end
	Buffer        // the result holds back what is written to it; it goes to argument Arg (Recv: to the receiver) when flushed
	Flush         // hands on what the receiver holds back: Flush, a Close that flushes
	CloseWrites   // closing the receiver sends something to the peer first: TLS alert, close frame

	// Reads.

	ReadAll   // reads argument Arg (Recv: the receiver) to its end into memory
	ReadLine  // reads from the receiver up to a delimiter, however far away
	Decode    // reads one value of the receiver, or from argument Arg, however long
	Finds     // the result says where in argument Arg something is, and that it is nowhere
	Delimits  // what is cut short is an error, and never passes for all
	LimitRead // the result, or the receiver, yields no more than argument Arg bytes
	Inflate   // the result yields more bytes than it reads from argument Arg
	Untext    // the result is the bytes that the text argument Arg stands for, about as many: base64, hex
	WireInt   // the result, or what Arg points to, is a number out of bytes: a length that a peer declares
	Allocate  // makes room for argument Arg elements before there are any

	// Queues and containers.

	Unbounded // the result is a queue or channel of the library without a limit
	Insert    // adds an element to the receiver or to argument Arg, which grows
	Remove    // takes an element out of the receiver or argument Arg
	Evicting  // the result is a container that holds a bounded number of elements or bytes

	// Resources and conditions.

	TakeResource // takes a resource out of the receiver, a pool; waits while all are out
	GiveResource // gives a resource back
	CondWait     // waits for a condition; Signal
	CondSignal   // wakes who waits for a condition
	NeverEnds    // the result is a context that never ends
	Counts       // adds to the counter that the receiver or argument 0 is
	CountRead    // reads the counter that the receiver or argument 0 is
	Flips        // sets a flag or entry unless somebody else has, and says whether it did
	Goroutines   // the result is how many goroutines there are
	NewError     // the result is an error that is not nil

	// Servers.

	NewServer  // the result is a server whose options follow from Arg on
	PoolLimit  // argument Arg is how many resources the receiver may have open at once
	OpenPool   // the result is a pool of connections that has no limit until PoolLimit sets one
	ListenOn   // listens on the address argument Arg; the argument before it, if a string too, is the network
	ListenHere // the result is a listener that peers on this machine alone can reach
)

// A Unit is what piles up once per event.
type Unit string

const (
	Connection Unit = "connection"
	Stream     Unit = "stream"
	Session    Unit = "session"
	Channel    Unit = "channel" // an SSH channel
	Datagram   Unit = "datagram"
	Message    Unit = "message"
	Frame      Unit = "frame"
	Request    Unit = "request"
	Line       Unit = "line"
	Bytes      Unit = "read"
	Entry      Unit = "directory entry"
	File       Unit = "file"
	RowUnit    Unit = "row"
	Event      Unit = "event"

	// What goes into or out of a container, for Insert and Remove rows; empty
	// for one element.

	Keyed Unit = "key"        // under a key, the first argument
	Head  Unit = "oldest"     // the oldest or the first
	Whole Unit = "everything" // all that is in it
)

// Recv is the Arg of a row whose effect is on the receiver.
const Recv = -1

// A Row says that calling Func has Effect. A function may have several rows.
type Row struct {
	// Func is (*types.Func).FullName() of the origin function, without type
	// parameters and without major version suffixes of import paths:
	// "(net.Listener).Accept", "(*github.com/redis/go-redis.Client).Subscribe".
	// A promoted method stands under the type that declares it, exported or
	// not: "(*net.conn).Read".
	Func string
	Does Effect
	// Arg is the 0-based parameter (the receiver does not count) the effect
	// is about, Recv where it is the receiver, or where there is none.
	Arg int
	// Unit is what the effect is per; empty where it does not apply.
	Unit Unit
	// Unlimited lists argument values that mean "no limit" for NewPool,
	// SetLimit, StreamLimit and PoolLimit rows.
	Unlimited []int64
	// Capped reports that the library itself bounds how many Units are out
	// at once, by default and per connection: QUIC streams. For Receive: how
	// long one is.
	Capped bool
	// Roomy reports, on Accept rows of streams, that one takes some bytes before
	// its peer has read any: the window that it begins with is the protocol's.
	Roomy bool
	// Untimed reports, on Serve rows, that a client may take as long as it
	// likes to send a request, unless fields of the receiver limit it.
	Untimed bool
	// OneSocket reports, on Serve rows, that all Units come through one
	// socket: the number of open files does not bound them either.
	OneSocket bool
	// Why is the reason, with its source where it is not plain from the
	// function's own documentation.
	Why string
}

// A Class is what a type is.
type Class uint8

const (
	NoClass       Class = iota
	Listener            // has an Accept method of some form
	Conn                // a connection or stream to a peer
	PacketConn          // a socket for datagrams
	MessageType         // one unit of input from a peer: *nats.Msg, amqp.Delivery, ssh.NewChannel
	HandlerParam        // a parameter of this type marks a function that serves one Unit for a peer
	WaitGroup           // counts goroutines, joined by Wait
	Group               // starts goroutines, joined by Wait, may have a limit
	Pool                // runs functions in a set of goroutines
	Semaphore           // has slots
	Ticker              // ticks
	Lock                // mutex
	OnceType            // runs a function once
	ContextType         // context.Context
	FileType            // a regular file, pipe or directory: not a peer
	Instant             // a point in time, as the channels of clocks deliver it
	Span                // a length of time
	ServerStub          // embedded in a type whose methods serve requests: grpc's UnimplementedXServer
	Memory              // holds in memory what is written to it, or reads from there
	LimitedStream       // a reader that ends after a number of bytes
	ChildProcess        // another program, started and waited for
	Address             // the network address of a peer
)

// A TypeRow says what a named type is.
type TypeRow struct {
	// Type is "import/path.Name", major version suffixes removed, no star.
	Type string
	Is   Class
	Unit Unit // what one value is, for Conn, MessageType and HandlerParam
	Why  string
}

// A Knob is a struct field that sets or lifts a limit, or carries peer data.
type Knob struct {
	// Field is "import/path.Type.Field", major version suffixes removed.
	Field string
	Does  FieldRole
	Unit  Unit
	// Unlimited lists constant values that lift the limit; Default is the
	// limit while the field is zero, 0 for none.
	Unlimited []int64
	Default   int64
	Why       string
}

// A FieldRole is what a struct field does.
type FieldRole uint8

const (
	NoRole      FieldRole = iota
	PeerData              // a peer decides the field's value: (http.Request).Body
	LimitsUnits           // caps how many Units are out at once: quic.Config.MaxIncomingStreams
	HandlerFunc           // a function stored here is called once per Unit, one call after the other
	HandlerGo             // a function stored here is called once per Unit, each in a goroutine of the library
	TimesReads            // a time other than zero ends the wait for a client's request
	TimesIdle             // a time other than zero ends connections on which no request comes
	ListenAddr            // the address that the server listens on
	ServesOn              // the socket for datagrams, or the name of the network, that the server serves
	LimitsHead            // caps how many bytes come in front of a body
	AdmitsUnits           // code stored here may turn Units away before they are served
)

// FuncRows returns the rows of fn, nil when nothing is known of it.
func FuncRows(fn *types.Func) []Row {
	x := tables()
	if fn == nil || !x.names[fn.Name()] {
		return nil
	}
	return x.funcs[FuncKey(fn)]
}

// Find returns the row of fn with the effect, and whether there is one.
func Find(fn *types.Func, does Effect) (Row, bool) {
	for _, r := range FuncRows(fn) {
		if r.Does == does {
			return r, true
		}
	}
	return Row{}, false
}

// HasMethod reports whether a method of this name, of any type, has a row with
// the effect.
func HasMethod(name string, does Effect) bool { return tables().methods[methodKey{name, does}] }

// TypeRowOf returns what is known of t, of what t points to, or of the
// generic type t instantiates; ok is false when nothing is.
func TypeRowOf(t types.Type) (TypeRow, bool) {
	obj := typeName(t)
	if obj == nil || !tables().names[obj.Name()] {
		return TypeRow{}, false
	}
	r, ok := tables().types[typeKey(obj)]
	return r, ok
}

// IsClass reports whether t, or what it points to, is known to be of class c.
func IsClass(t types.Type, c Class) bool {
	r, ok := TypeRowOf(t)
	return ok && r.Is == c
}

// KnobOf returns what is known of the field of struct type t (or of what t
// points to); ok is false when nothing is.
func KnobOf(t types.Type, field string) (Knob, bool) {
	obj := typeName(t)
	if obj == nil || !tables().names[field] {
		return Knob{}, false
	}
	k, ok := tables().knobs[typeKey(obj)+"."+field]
	return k, ok
}
