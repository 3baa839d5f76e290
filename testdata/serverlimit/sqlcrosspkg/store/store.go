// Package store opens databases for others.
package store

import "database/sql"

// Open opens one without a limit.
func Open(dsn string) (*sql.DB, error) {
	db, err := sql.Open("postgres", dsn)
	if err != nil {
		return nil, err
	}
	return db, db.Ping()
}

// OpenLimited opens one with a limit.
func OpenLimited(dsn string) (*sql.DB, error) {
	db, err := sql.Open("postgres", dsn)
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(50)
	return db, nil
}

// Limit limits one.
func Limit(db *sql.DB) { db.SetMaxOpenConns(50) }
