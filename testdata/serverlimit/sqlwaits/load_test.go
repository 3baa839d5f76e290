package sqlwaits

import (
	"bufio"
	"context"
	"database/sql"
	"database/sql/driver"
	"fmt"
	"io"
	"net/http"
	"sync/atomic"
	"testing"
	"time"

	"github.com/backpressure-go/backpressure/testdata/rig"
)

// TestLoad: clients ask a server that answers each from its database, which
// carries 200 queries a second. What piles up are the connections that the
// pool has open: with a limit of 50, 10,000 requests wait for each other.
//
// The pool is that of database/sql; the driver below is the least it takes. An
// embedded database as modernc.org/sqlite compiles in 45 seconds of processor
// time, but everything that loads the corpus would analyse it from source,
// 10 MB of translated C, and the database plays no part in how many
// connections the pool asks for.
func TestLoad(t *testing.T) {
	var db atomic.Pointer[sql.DB]
	rig.Run(t, rig.Load{
		Resource: rig.Queue,
		Queue: func() int {
			if db := db.Load(); db != nil {
				return db.Stats().OpenConnections
			}
			return 0
		},
		Work:  rig.Work{Slots: 8, Takes: 40 * time.Millisecond},
		Rates: []float64{100, 1000, 3500},
		Start: func(s *rig.System) error {
			ln, err := s.Listen()
			if err != nil {
				return err
			}
			name := fmt.Sprintf("slow%d", opened.Add(1)) // drivers are registered for good
			sql.Register(name, &slow{work: s.Work})
			h, pool, err := Serve(name, "")
			if err != nil {
				return err
			}
			db.Store(pool)
			s.OnStop(func() { _ = pool.Close() }) // queries that still run are over by now
			srv := &http.Server{Handler: h}
			s.OnStop(func() { _ = srv.Close() }) // the stage is over
			s.Go(func() { _ = srv.Serve(ln) })   // ends with the listener
			return nil
		},
		Peer: func(p *rig.Peer) error {
			c, err := p.Dial("tcp")
			if err != nil {
				return err
			}
			defer c.Close()
			req, err := http.NewRequest(http.MethodGet, "http://server/", nil)
			if err != nil {
				return err
			}
			if err = req.Write(c); err != nil {
				return err
			}
			res, err := http.ReadResponse(bufio.NewReader(c), req)
			switch {
			case rig.Hungup(err):
				return rig.ErrShed
			case err != nil:
				return err
			}
			defer res.Body.Close()
			if res.StatusCode != http.StatusOK {
				return fmt.Errorf("answered %s", res.Status)
			}
			return nil
		},
	})
}

// opened counts the drivers.
var opened atomic.Int64

// slow is a driver whose queries take the work of a request.
type slow struct {
	work func(context.Context) error
}

func (d *slow) Open(string) (driver.Conn, error) { return conn{d}, nil }

type conn struct{ *slow }

func (c conn) QueryContext(ctx context.Context, _ string, _ []driver.NamedValue) (driver.Rows, error) {
	if err := c.work(ctx); err != nil {
		return nil, err
	}
	return &rows{left: 1}, nil
}

func (c conn) Prepare(string) (driver.Stmt, error) { return nil, driver.ErrSkip }
func (c conn) Begin() (driver.Tx, error)           { return nil, driver.ErrSkip }
func (c conn) Close() error                        { return nil }

// rows is one row of one column.
type rows struct{ left int }

func (r *rows) Columns() []string { return []string{"answer"} }
func (r *rows) Close() error      { return nil }

func (r *rows) Next(dest []driver.Value) error {
	if r.left == 0 {
		return io.EOF
	}
	r.left--
	dest[0] = "42"
	return nil
}
