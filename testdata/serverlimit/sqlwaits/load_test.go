//go:build real

package sqlwaits

import (
	"bufio"
	"context"
	"database/sql"
	"database/sql/driver"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	_ "github.com/lib/pq"
	"modernc.org/sqlite"

	"github.com/backpressure-go/backpressure/testdata/rig"
)

// TestLoad: clients ask a server that answers each from its database, which
// carries 200 queries a second. What piles up are the connections that the
// pool has open: with a limit of 50, thousands of requests wait for each other.
//
// The database is SQLite, in this process. BACKPRESSURE_POSTGRES names a
// PostgreSQL to take instead, by the URL of a user who may create functions; it
// has a limit of its own, max_connections, which shall be 1500 or more, and is
// best measured without -short: variants measured together share its work.
func TestLoad(t *testing.T) {
	url := os.Getenv("BACKPRESSURE_POSTGRES")
	work, rates := rig.Work{Slots: slots, Takes: takes}, []float64{100, 300, 900}
	if url != "" {
		work, rates = rig.Work{}, []float64{100, 300, 800} // its processes do it
	}
	var db atomic.Pointer[sql.DB]
	rig.Run(t, rig.Load{
		Resource: rig.Queue,
		Queue: func() int {
			if db := db.Load(); db != nil {
				return db.Stats().OpenConnections
			}
			return 0
		},
		Work:  work,
		Rates: rates,
		Start: func(s *rig.System) error {
			ln, err := s.Listen()
			if err != nil {
				return err
			}
			name, dsn, err := "sqlite", filepath.Join(t.TempDir(), "answers.db"), embedded(s)
			if url != "" {
				name, dsn, err = "postgres", url, postgres(url)
			}
			if err != nil {
				return err
			}
			h, pool, err := Serve(name, dsn)
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
		Peer: ask,
	})
}

// What the database carries.
const (
	slots = 8
	takes = 40 * time.Millisecond
)

// ask is one client.
func ask(p *rig.Peer) error {
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
}

var (
	system   atomic.Pointer[rig.System] // of the stage that runs
	register = sync.OnceValue(func() error {
		return sqlite.RegisterScalarFunction("answer", 0, func(*sqlite.FunctionContext, []driver.Value) (driver.Value, error) {
			return "42", system.Load().Work(context.Background()) // the stage's end lets all through
		})
	})
)

// embedded makes the work of the stage the function that Serve asks for.
func embedded(s *rig.System) error {
	system.Store(s)
	return register()
}

// postgres makes the function that Serve asks for, which so many may be in at
// once, for so long.
func postgres(url string) error {
	db, err := sql.Open("postgres", url)
	if err != nil {
		return err
	}
	defer db.Close()
	// One after the other: measurements may start at the same time.
	_, err = db.Exec(fmt.Sprintf(`select pg_advisory_xact_lock(1000);
		create or replace function answer() returns text language plpgsql as $$
		declare slot int := floor(random() * %d);
		begin
			perform pg_advisory_xact_lock(slot);
			perform pg_sleep(%f);
			return '42';
		end $$`, slots, takes.Seconds()))
	return err
}
