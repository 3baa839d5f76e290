package unboundedread

import (
	"fmt"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ssa"

	"github.com/backpressure-go/backpressure/internal/streams"
)

// message puts the finding into words: what grows, who decides how much,
// which limit is missing.
func (v verdict) message() string {
	from := v.from()
	switch v.kind {
	case line:
		return fmt.Sprintf("line read from %s: %s how long it is, %s", from, v.decider(), v.missing("nothing limits it"))
	case decode:
		return fmt.Sprintf("value decoded from %s: %s how large it is, %s", from, v.decider(), v.missing("nothing limits it"))
	case declared:
		if v.site.Verb != 0 {
			return fmt.Sprintf("%s allocates by a length that it reads from %s: %s how much, %s", v.site.Fn.Name(), from, v.decider(), v.missing("nothing limits it"))
		}
		return fmt.Sprintf("allocation by a length read from %s: %s how much, %s", from, v.decider(), v.missing("it is not compared with a limit"))
	case decompress:
		if v.source.Under != nil {
			return fmt.Sprintf("inflated bytes of %s read into memory: %s how many, the limit is on what goes in", from, v.decider())
		}
		return fmt.Sprintf("inflated bytes of %s read into memory: %s how many, %s", from, v.decider(), v.missing("nothing limits what comes out"))
	case lostLimit:
		if v.text {
			return "text in the head of a request decoded: only the size of heads bounds how long it is, the limit on bodies is on another path"
		}
		return fmt.Sprintf("%s read into memory: %s how much, the limit is on another path", from, v.decider())
	}
	return fmt.Sprintf("all of %s read into memory: %s how much, %s", from, v.decider(), v.missing("nothing limits it"))
}

// missing says which limit is missing: none at all, or one that is off unless
// somebody turns it on.
func (v verdict) missing(none string) string {
	if v.knob == nil {
		return none
	}
	if v.knobName == "" {
		return "the limit is off by default"
	}
	return "the limit is off unless " + v.knobName + " is set"
}

// from names what is read.
func (v verdict) from() string {
	if v.name != "" {
		return v.name
	}
	switch v.source.Kind {
	case streams.Body:
		return "the request's body"
	case streams.Upload:
		return "the upload"
	case streams.Answer:
		return "the response"
	case streams.Conn:
		return "the connection"
	case streams.Message:
		return "the message"
	}
	return "its input"
}

// decider says who decides how much there is.
func (v verdict) decider() string {
	switch v.source.Kind {
	case streams.Body, streams.Upload:
		return "the client decides"
	case streams.Answer:
		return "the server decides"
	case streams.Param, streams.Bytes:
		return "the sender decides"
	}
	return "the peer decides"
}

// evidence is the chain from the source to the read.
func (v verdict) evidence() []analysis.RelatedInformation {
	var rs []analysis.RelatedInformation
	add := func(i ssa.Instruction, msg string) {
		if i != nil && i.Pos().IsValid() {
			rs = append(rs, analysis.RelatedInformation{Pos: i.Pos(), Message: msg})
		}
	}
	val := func(x ssa.Value, msg string) {
		if i, ok := x.(ssa.Instruction); ok {
			add(i, msg)
		}
	}
	add(v.length.Read, "the length is read here")
	for _, c := range v.length.Calls {
		add(c, "and passed on here")
	}
	for _, c := range v.source.Calls {
		add(c, "the reader is passed on here")
	}
	val(v.source.Inflate, "inflated here")
	val(v.source.Under, "this bounds what goes in, not what comes out")
	for _, o := range v.others {
		val(o, "limited here, on another path")
	}
	for _, i := range v.also {
		add(i, "the same decoder decodes here too")
	}
	return rs
}
