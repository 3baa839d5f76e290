// Package sqlpool opens a connection to the database for every request that
// finds none idle.
package sqlpool

import (
	"database/sql"
	"net/http"
)

// A Shop keeps its wares in a database.
type Shop struct {
	db *sql.DB
}

// Open opens the shop.
func Open(dsn string) (*Shop, error) {
	db, err := sql.Open("postgres", dsn) // want `connections of the pool that sql\.Open opens: requests decide how many, nothing limits those open at once \(serverlimit/pool\)`
	if err != nil {
		return nil, err
	}
	return &Shop{db: db}, nil
}

// ServeHTTP sells.
func (s *Shop) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	name, err := s.name(r)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	_, _ = w.Write([]byte(name))
}

func (s *Shop) name(r *http.Request) (name string, err error) {
	err = s.db.QueryRowContext(r.Context(), "select name from wares where id = $1", r.PathValue("id")).Scan(&name)
	return name, err
}

var global *sql.DB

func setup(dsn string) (err error) {
	global, err = sql.Open("mysql", dsn) // want `the pool that sql\.Open opens`
	if err != nil {
		return err
	}
	global.SetMaxIdleConns(10)
	global.SetMaxOpenConns(0) // none
	return global.Ping()
}

func list(w http.ResponseWriter, r *http.Request) {
	rows, err := global.Query("select 1")
	if err != nil {
		return
	}
	defer rows.Close()
}

// local is a closure's.
func local(mux *http.ServeMux, dsn string) {
	db, err := sql.Open("postgres", dsn) // want `the pool that sql\.Open opens`
	if err != nil {
		panic(err)
	}
	mux.HandleFunc("/count", func(w http.ResponseWriter, r *http.Request) {
		_, _ = db.ExecContext(r.Context(), "update counts set n = n + 1")
	})
}

// Pool is another name.
type Pool = sql.DB

// A cache keeps what it has asked for.
type cache[V any] struct {
	db   *Pool
	scan func(*sql.Row) (V, error)
}

func cached(dsn string) (*cache[string], error) {
	db, err := sql.Open("postgres", dsn) // want `the pool that sql\.Open opens`
	if err != nil {
		return nil, err
	}
	return &cache[string]{db: db}, nil
}

func (c *cache[V]) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	_, _ = c.scan(c.db.QueryRowContext(r.Context(), "select 1"))
}
