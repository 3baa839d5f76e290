// Package pools waits for connections of pools that have a limit.
package pools

import (
	"context"
	"database/sql"
	"fmt"
	"net/http"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/puddle/v2"
)

const open = 16

// A Server asks a database.
type Server struct {
	db   *sql.DB
	free *sql.DB
	pg   *pgxpool.Pool
	res  *puddle.Pool[string]
}

// New limits one of its pools.
func New(db, free *sql.DB, pg *pgxpool.Pool, res *puddle.Pool[string]) *Server {
	s := &Server{db: db, free: free, pg: pg, res: res}
	s.db.SetMaxOpenConns(open)
	s.free.SetMaxOpenConns(0)
	return s
}

// List waits with no context.
func (s *Server) List(w http.ResponseWriter, r *http.Request) {
	rows, err := s.db.Query("SELECT name FROM users") // want `wait for a connection of s.db is on no context: it goes on when whoever asked has gone \(semwait/background\)`
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	defer rows.Close()
	for rows.Next() {
		var name string
		if rows.Scan(&name) == nil {
			fmt.Fprintln(w, name)
		}
	}
}

// One does so for one row.
func (s *Server) One(w http.ResponseWriter, r *http.Request) {
	var name string
	if err := s.db.QueryRow("SELECT name FROM users").Scan(&name); err != nil { // want `background`
		http.NotFound(w, r)
		return
	}
	fmt.Fprintln(w, name)
}

// Change begins a transaction.
func (s *Server) Change(w http.ResponseWriter, r *http.Request) {
	tx, err := s.db.Begin() // want `background`
	if err != nil {
		return
	}
	defer func() { _ = tx.Rollback() }()
	if _, err := tx.ExecContext(r.Context(), "DELETE FROM users"); err == nil {
		_ = tx.Commit()
	}
}

// Root has a context that never ends.
func (s *Server) Root(w http.ResponseWriter, r *http.Request) {
	c, err := s.db.Conn(context.Background()) // want `wait for a connection of s.db is on context.Background\(\)`
	if err != nil {
		return
	}
	defer c.Close()
	_ = c.PingContext(r.Context())
}

// Postgres has a pool that always has a limit.
func (s *Server) Postgres(w http.ResponseWriter, r *http.Request) {
	c, err := s.pg.Acquire(context.Background()) // want `wait for a connection of s.pg`
	if err != nil {
		return
	}
	defer c.Release()
	_ = c.Ping(r.Context())
}

// Resource does the same for what is no connection.
func (s *Server) Resource(w http.ResponseWriter, r *http.Request) {
	res, err := s.res.Acquire(context.TODO()) // want `wait for a connection of s.res is on context.TODO\(\)`
	if err != nil {
		return
	}
	defer res.Release()
	fmt.Fprintln(w, res.Value())
}

// ListCtx ends with the request.
func (s *Server) ListCtx(w http.ResponseWriter, r *http.Request) {
	rows, err := s.db.QueryContext(r.Context(), "SELECT name FROM users")
	if err != nil {
		return
	}
	_ = rows.Close()
}

// Soon has a second.
func (s *Server) Soon(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	if c, err := s.pg.Acquire(ctx); err == nil {
		c.Release()
	}
}

// Tried does not wait.
func (s *Server) Tried(w http.ResponseWriter, r *http.Request) {
	if res, err := s.res.TryAcquire(context.Background()); err == nil {
		res.Release()
	}
}

// Unlimited has a pool that opens one more.
func (s *Server) Unlimited(w http.ResponseWriter, r *http.Request) {
	if rows, err := s.free.Query("SELECT name FROM users"); err == nil {
		_ = rows.Close()
	}
}

// Unknown has a pool of which it is not known.
func Unknown(db *sql.DB) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if rows, err := db.Query("SELECT name FROM users"); err == nil {
			_ = rows.Close()
		}
	}
}

// Audit is to be written whether the client has gone or not.
func (s *Server) Audit(w http.ResponseWriter, r *http.Request) {
	if _, err := s.db.Exec("INSERT INTO log VALUES (1)"); err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
	}
}

// Later has nothing to do with the request any more.
func (s *Server) Later(w http.ResponseWriter, r *http.Request) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		if rows, err := s.db.Query("SELECT 1"); err == nil {
			_ = rows.Close()
		}
	}()
	<-done
}

// Load is the program's own.
func (s *Server) Load() error {
	rows, err := s.db.Query("SELECT name FROM users")
	if err != nil {
		return err
	}
	return rows.Close()
}
