// Package sqlbounded limits its pools, or serves no requests from them.
package sqlbounded

import (
	"context"
	"database/sql"
	"net/http"
)

const maxOpen = 50

// A Shop keeps its wares in a database.
type Shop struct{ db *sql.DB }

// Open opens the shop.
func Open(dsn string) (*Shop, error) {
	db, err := sql.Open("postgres", dsn)
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(maxOpen)
	return &Shop{db: db}, nil
}

// ServeHTTP sells.
func (s *Shop) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	_, _ = s.db.ExecContext(r.Context(), "select 1")
}

// A Store is set up in two steps.
type Store struct{ db *sql.DB }

// Connect opens it.
func (s *Store) Connect(dsn string) (err error) {
	s.db, err = sql.Open("postgres", dsn)
	return err
}

// Configure limits it.
func (s *Store) Configure(n int) { s.db.SetMaxOpenConns(n) }

func (s *Store) get(w http.ResponseWriter, r *http.Request) { _ = s.db.Ping() }

// helper has a function of the package limit it.
func helper(mux *http.ServeMux, dsn string) error {
	db, err := sql.Open("postgres", dsn)
	if err != nil {
		return err
	}
	tune(db)
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) { _ = db.PingContext(r.Context()) })
	return nil
}

func tune(db *sql.DB) { db.SetMaxOpenConns(maxOpen) }

// An Option may do anything to a pool.
type Option func(*sql.DB)

// Tuned may be limited by its caller.
func Tuned(mux *http.ServeMux, dsn string, tune Option) error {
	db, err := sql.Open("postgres", dsn)
	if err != nil {
		return err
	}
	tune(db)
	mux.HandleFunc("/tuned", func(w http.ResponseWriter, r *http.Request) { _ = db.PingContext(r.Context()) })
	return nil
}

// migrate runs once.
func migrate(ctx context.Context, dsn string) error {
	db, err := sql.Open("postgres", dsn)
	if err != nil {
		return err
	}
	defer db.Close()
	_, err = db.ExecContext(ctx, "create table wares (id int)")
	return err
}
