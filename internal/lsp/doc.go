// Package lsp is the language server that editors run beside gopls: it has
// the suite analyse what is open, buffers that were never saved included,
// and offers each finding's alternative fixes.
//
// The analysis is the go command's: "go vet -json -vettool=this-program
// -overlay=buffers", one run per module or workspace, which has a cache and
// knows build tags, vendoring and cgo. The server keeps nothing but the text
// of open files and what the last run found.
//
//	wire.go        messages on the wire
//	protocol.go    the part of the protocol that is spoken
//	server.go      the life of a session, and who answers what
//	document.go    open files, text.go their lines and positions
//	place.go       which module or workspace a file belongs to
//	view.go        when a module or workspace is analysed, and what comes of it
//	vet.go         one run of go vet, overlay.go its view of unsaved files
//	publish.go     from what go vet says to what an editor shows
//	action.go      fixes, hover.go explanations
package lsp
