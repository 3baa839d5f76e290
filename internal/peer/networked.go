package peer

import (
	"go/types"

	"github.com/backpressure-go/backpressure/internal/apimodel"
)

// Networked reports whether pkg itself works with connections: it imports a
// package that speaks to peers. What it parses comes from there, as far as
// nothing says otherwise.
func Networked(pkg *types.Package) bool { return apimodel.Networked(pkg) }
