// Package pools asks for a connection while it holds one.
package pools

import (
	"context"
	"database/sql"
)

const open = 4

// A Store has a few connections.
type Store struct{ db, other *sql.DB }

// New limits them.
func New(db, other *sql.DB) *Store {
	db.SetMaxOpenConns(open)
	other.SetMaxOpenConns(open)
	return &Store{db: db, other: other}
}

// Both writes outside of the transaction that it has begun.
func (s *Store) Both(ctx context.Context) error {
	tx, err := s.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }()
	if _, err := s.db.ExecContext(ctx, "INSERT INTO log VALUES (1)"); err != nil { // want `connection of s.db is waited for while one is held: holders wait for each other when all are out \(semwait/hold-and-wait\)`
		return err
	}
	return tx.Commit()
}

// Each writes while it reads.
func (s *Store) Each(ctx context.Context) error {
	rows, err := s.db.QueryContext(ctx, "SELECT id FROM users")
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var id int
		if err := rows.Scan(&id); err != nil {
			return err
		}
		if _, err := s.db.ExecContext(ctx, "UPDATE users SET seen = 1 WHERE id = ?", id); err != nil { // want `hold-and-wait`
			return err
		}
	}
	return rows.Err()
}

// Inside uses the transaction's connection.
func (s *Store) Inside(ctx context.Context) error {
	tx, err := s.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }()
	if _, err := tx.ExecContext(ctx, "INSERT INTO log VALUES (1)"); err != nil {
		return err
	}
	return tx.Commit()
}

// After has given it back.
func (s *Store) After(ctx context.Context) error {
	tx, err := s.db.BeginTx(ctx, nil)
	if err != nil {
		_, err = s.db.ExecContext(ctx, "INSERT INTO log VALUES (0)")
		return err
	}
	if err := tx.Commit(); err != nil {
		return err
	}
	_, err = s.db.ExecContext(ctx, "INSERT INTO log VALUES (1)")
	return err
}

// Collect reads to the end first.
func (s *Store) Collect(ctx context.Context) error {
	rows, err := s.db.QueryContext(ctx, "SELECT id FROM users LIMIT 10")
	if err != nil {
		return err
	}
	var ids []int
	for rows.Next() {
		var id int
		if err := rows.Scan(&id); err != nil {
			return err
		}
		ids = append(ids, id)
	}
	for _, id := range ids {
		if _, err := s.db.ExecContext(ctx, "UPDATE users SET seen = 1 WHERE id = ?", id); err != nil {
			return err
		}
	}
	return rows.Err()
}

// Two has one of another pool.
func (s *Store) Two(ctx context.Context) error {
	c, err := s.db.Conn(ctx)
	if err != nil {
		return err
	}
	defer c.Close()
	_, err = s.other.ExecContext(ctx, "INSERT INTO log VALUES (1)")
	return err
}

// One asks for one after the other.
func (s *Store) One(ctx context.Context) (n int, err error) {
	if err := s.db.QueryRowContext(ctx, "SELECT 1").Scan(&n); err != nil {
		return 0, err
	}
	return n, s.db.QueryRowContext(ctx, "SELECT 2").Scan(&n)
}
