package peer

import "go/types"

// Networked reports whether pkg itself works with connections: it imports a
// package that speaks to peers. What it parses comes from there, as far as
// nothing says otherwise.
func Networked(pkg *types.Package) bool {
	for _, imp := range pkg.Imports() {
		switch imp.Path() {
		case "net", "net/http", "crypto/tls", "net/rpc", "net/textproto":
			return true
		}
	}
	return false
}
