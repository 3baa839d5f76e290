// Package serverlimit finds servers and pools configured without a limit.
//
// # Analyzer serverlimit
//
// serverlimit: report servers and pools configured without a limit
package serverlimit
