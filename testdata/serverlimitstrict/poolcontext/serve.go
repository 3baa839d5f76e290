// Package poolcontext has a pool that callers elsewhere use, on behalf of
// somebody as their contexts say.
package poolcontext

import (
	"context"
	"database/sql"
)

// A Store keeps names.
type Store struct{ db *sql.DB }

// Open opens a store.
func Open(dsn string) (*Store, error) {
	db, err := sql.Open("postgres", dsn) // want `connections of the pool that sql\.Open opens: requests decide how many, nothing limits those open at once \(serverlimit/pool\)`
	if err != nil {
		return nil, err
	}
	return &Store{db: db}, nil
}

// Name returns the name of id.
func (s *Store) Name(ctx context.Context, id int) (name string, err error) {
	err = s.db.QueryRowContext(ctx, "select name from names where id = $1", id).Scan(&name)
	return name, err
}

// A Migrator asks for nobody.
type Migrator struct{ db *sql.DB }

// OpenMigrator opens one.
func OpenMigrator(dsn string) (*Migrator, error) {
	db, err := sql.Open("postgres", dsn)
	if err != nil {
		return nil, err
	}
	return &Migrator{db: db}, nil
}

// Up migrates.
func (m *Migrator) Up() error {
	_, err := m.db.Exec("create table names (id int, name text)")
	return err
}
