// Package unboundedread finds reads of all that a peer sends.
//
// # Analyzer unboundedread
//
// unboundedread: report reads of all that a peer sends
//
// Who reads to the end of what somebody else sends lets the other side decide
// how much memory it takes. The rule follows every reader back to where its
// bytes come from (a request's body, a connection, an upload, a message) and
// reports a read into memory when nothing on the way ends it: no
// http.MaxBytesReader in the handler, its callers or around it, no
// io.LimitReader, no io.CopyN, no read limit of a websocket, no reader that
// counts. Numbers are followed the same way, from where they are read to
// where they decide how much room is made.
//
// A limit that holds only while an option is positive is no limit where the
// option is zero by default: the default is followed through constructors,
// options and what callers pass.
//
// Where it cannot be told who sends, nothing is reported. Reading the answer
// of a server that the program itself chose is left to -strict, unless the
// code has a limit for it that is off by default. A server is not chosen when
// a peer sent its URL, or when callers of an exported function name it with
// each call: members of a cluster, webhooks, upstreams.
//
// ## read-all
//
// All of a body, connection or message is read into memory: io.ReadAll,
// io.Copy into a buffer, ReadFrom, ReadMessage, a buffer that doubles
// whenever it is full, a loop that appends each piece that it reads. One
// client that keeps sending ends the process.
//
//	func put(w http.ResponseWriter, r *http.Request) {
//		b, err := io.ReadAll(r.Body) // WRONG: all of r.Body read into memory: the client decides how much, nothing limits it
//
// Limit the body before it is read, with the server's own ResponseWriter, so
// that the connection is closed as well:
//
//	func put(w http.ResponseWriter, r *http.Request) {
//		r.Body = http.MaxBytesReader(w, r.Body, maxPutBody) // RIGHT
//		b, err := io.ReadAll(r.Body)
//
// Elsewhere read one byte more than the limit, and return an error when it is
// there: io.LimitReader alone cuts what it reads short and says nothing.
// A check of Content-Length is no limit: chunked bodies have none. Copies to
// io.Discard, files and other connections keep nothing and are not reported;
// neither is the branch without a limit that an operator asked for by a
// setting. In practice: the admin endpoint of a web server copied the posted
// configuration into a pooled buffer, while its sister endpoint had a limit.
//
// ## line
//
// bufio.Reader's ReadString and ReadBytes, and the lines and headers of
// net/textproto, go on until the delimiter comes. So do http.ReadRequest and
// http.ReadResponse over a connection of one's own: the limit on headers is
// http.Server's.
//
//	r := bufio.NewReader(c)
//	for {
//		cmd, err := r.ReadString('\n') // WRONG: line read from c: the peer decides how long it is, nothing limits it
//
// Read with something that has an end:
//
//	s := bufio.NewScanner(c) // RIGHT: 64 KiB, then bufio.ErrTooLong
//	for s.Scan() {
//
// The head of a message gets a limit that is lifted behind it, as net/http's
// server does:
//
//	head := &io.LimitedReader{R: c, N: maxHead}
//	req, err := http.ReadRequest(bufio.NewReader(head)) // RIGHT
//	head.N = math.MaxInt64
//
// ReadSlice, ReadLine and Scanner end at their buffer and are not reported.
// In practice: the registry of a message queue read its commands from
// connections that had not said who they are.
//
// ## declared-length
//
// A length that comes with the data decides how much room is made before any
// of the data is there: eight bytes take gigabytes.
//
//	n := binary.BigEndian.Uint32(head[:])
//	b := make([]byte, n) // WRONG: allocation by a length read from c: the peer decides how much, it is not compared with a limit
//
// Compare it first:
//
//	if n > maxFrame { // RIGHT
//		return nil, errTooLarge
//	}
//
// Slices, maps, channels and buffers that grow are all room; a Content-Length,
// or digits in a line, are lengths as good as binary ones. The fix refuses
// negative numbers too where the number has a sign.
//
// A comparison with a constant, a setting or what is left of the buffer counts
// wherever it stands on the number's way: in the function that reads it, in
// one that verifies it, in a caller. One that only asks whether the buffer at
// hand is large enough does not. A helper that makes room and nothing else is
// not reported, its callers are. Lengths of three bytes or less are small by
// themselves. In a package that works with connections, readers passed by
// unknown callers count as peers; in others they do not. In practice: a client
// of a broker made a slice of headers from a varint of 64 bits.
//
// ## decompress
//
// What is inflated is read whole. A limit on what goes in is no limit on what
// comes out, which is a thousandfold more.
//
//	z, err := gzip.NewReader(http.MaxBytesReader(w, r.Body, maxBody))
//	b, err := io.ReadAll(z) // WRONG: inflated bytes of r.Body read into memory: the client decides how many, the limit is on what goes in
//
// Limit what comes out:
//
//	b, err := io.ReadAll(io.LimitReader(z, maxInflated+1)) // RIGHT
//	if len(b) > maxInflated {
//
// The options of a decompressor (zstd's maximum of memory), and a look at
// snappy's DecodedLen before Decode, count. In practice: a gossip library
// inflated the state that a member sent, and a client library each batch.
//
// ## decode
//
// A decoder holds the value that it decodes, and encoding/json the whole text
// of it too.
//
//	err := json.NewDecoder(r.Body).Decode(&v) // WRONG: value decoded from r.Body: the client decides how large it is, nothing limits it
//
// The limit belongs under the decoder:
//
//	r.Body = http.MaxBytesReader(w, r.Body, maxBody) // RIGHT
//	err := json.NewDecoder(r.Body).Decode(&v)
//
// A decoder that goes on with one value after the other gets a new allowance
// with each:
//
//	in := &io.LimitedReader{R: c}
//	dec := json.NewDecoder(in)
//	for {
//		in.N = maxMessage // RIGHT
//		if err := dec.Decode(&v); err != nil {
//
// Binary decoders that fill a struct of numbers alone are not reported. A
// decoder that is kept or passed on is reported once: where it is made, or
// where it decodes first.
// ParseForm stops at ten megabytes by itself. In practice: an administration
// page decoded what it was posted, and read two fields of it.
//
// ## lost-limit
//
// One function reads for several callers, and not all of them limit what they
// pass.
//
//	post := func(w http.ResponseWriter, r *http.Request) { read(http.MaxBytesReader(w, r.Body, max)) }
//	put := func(w http.ResponseWriter, r *http.Request) { read(r.Body) }
//
//	func read(r io.Reader) []byte {
//		b, _ := io.ReadAll(r) // WRONG: r.Body read into memory: the client decides how much, the limit is on another path
//
// Put the limit where all of them pass. In practice: a DNS server limited
// queries that came by POST.
//
// Text in the URL that is decoded into what else comes as a body has, by
// default, the limit of all headers, one megabyte. Where bodies have a smaller
// one, the same function parses both, and nothing compares the length of the
// text, it is reported:
//
//	func fromURL(r *http.Request) (*Question, error) {
//		s := r.URL.Query().Get("q")
//		b, err := base64.RawURLEncoding.DecodeString(s) // WRONG: text in the head of a request decoded: only the size of heads bounds how long it is, the limit on bodies is on another path
//
//	if len(s) > maxText { // RIGHT
//		return nil, errTooLong
//	}
//
// # Silencing one finding
//
//	//backpressure:ignore unboundedread/read-all the proxy in front has a limit
package unboundedread
