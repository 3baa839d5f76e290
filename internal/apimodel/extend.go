package apimodel

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"sync/atomic"
)

// extra has the rows that Extend adds; read has the reader of the tables who
// came first make later additions fail.
var (
	extra []Row
	read  atomic.Bool
)

// Extend adds rows of a project's own: wrappers that are known to no table.
// Where a table has a row of the same function and effect, these win. It is
// called before any analysis, since what the tables say must not change while
// they are asked, and only once.
func Extend(rows []Row) error {
	if read.Load() || extra != nil {
		return errors.New("rows come too late: the tables are in use")
	}
	list := make([]Row, 0, len(rows))
	for _, r := range rows {
		if problem := r.Problem(); problem != "" {
			return fmt.Errorf("%s: %s", r.Func, problem)
		}
		r.Func = normalize(r.Func)
		list = append(list, r)
	}
	extra = list
	return nil
}

// all returns the tables with what Extend has added.
func all() []Ecosystem {
	read.Store(true)
	return append(slices.Clip(ecosystems), Ecosystem{Name: "the project's own", Funcs: extra})
}

// overrides reports whether r, which is in a table, is replaced by a row of
// the project's own.
func overrides(own []Row, r Row) bool {
	return slices.ContainsFunc(own, func(o Row) bool { return o.Func == r.Func && o.Does == r.Does })
}

// needsUnit lists the effects that are per Unit; the others have none.
var needsUnit = map[Effect]bool{
	Accept: true, Receive: true, ReceiveFrom: true, Collect: true, Callback: true, CallbackGo: true, Serve: true,
}

// mayHaveUnit lists what else may go into or out of a container.
var mayHaveUnit = map[Effect][]Unit{Insert: {Keyed}, Remove: {Head, Whole}}

// onArgument lists the effects that are about a function or a number
// that is passed: there is nothing to say of the receiver.
var onArgument = map[Effect]bool{
	Callback: true, CallbackGo: true, Spawn: true, SpawnPooled: true, AfterFunc: true, Once: true, Allocate: true,
}

// funcName matches the full name of a function or method.
var funcName = regexp.MustCompile(`^(\(\*?[^\s()*]+\.[\pL_][\pL_0-9]*\)|[^\s()*]+)\.[\pL_][\pL_0-9]*$`)

// Problem says what is wrong with r, "" if nothing.
func (r Row) Problem() string {
	switch {
	case !funcName.MatchString(normalize(r.Func)):
		return `no full name of a function: write import/path.Func, (import/path.Type).Method or (*import/path.Type).Method`
	case r.Does == None || r.Does.String() == nameOf(nil, 0):
		return "no effect"
	case needsUnit[r.Does] && r.Unit == "":
		return fmt.Sprintf("%q is per unit, and there is none", r.Does)
	case !needsUnit[r.Does] && r.Unit != "" && !slices.Contains(mayHaveUnit[r.Does], r.Unit):
		return fmt.Sprintf("%q has no unit %q", r.Does, r.Unit)
	case r.Arg < Recv || onArgument[r.Does] && r.Arg == Recv:
		return fmt.Sprintf("%q is about an argument: its number is needed, counted from 0", r.Does)
	case len(r.Unlimited) > 0 && r.Does != NewPool && r.Does != SetLimit && r.Does != StreamLimit && r.Does != PoolLimit && r.Does != Unbounded:
		return fmt.Sprintf("%q sets no limit which a value could lift", r.Does)
	case r.Capped && r.Does != Accept && r.Does != Serve && r.Does != CallbackGo && r.Does != Receive:
		return fmt.Sprintf("%q has nothing that is capped", r.Does)
	case r.Roomy && r.Does != Accept:
		return fmt.Sprintf("%q opens no stream that could have room", r.Does)
	case r.Untimed && r.Does != Serve:
		return fmt.Sprintf("%q serves nobody who might take long", r.Does)
	case r.Why == "":
		return "no reason"
	}
	return ""
}

// Effects returns every effect.
func Effects() []Effect {
	var out []Effect
	for i := 1; i < len(effectNames); i++ {
		out = append(out, Effect(i))
	}
	return out
}

// Units returns every unit.
func Units() []Unit {
	return []Unit{
		Connection, Stream, Session, Channel, Datagram, Message, Frame, Request, Line, Bytes, Entry, File, RowUnit, Event,
		Keyed, Head, Whole,
	}
}
