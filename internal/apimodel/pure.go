package apimodel

// NeverBlocks reports whether no function of the package waits for anybody:
// packages that compute. Packages that write to an io.Writer given by the
// caller are not among them.
func NeverBlocks(pkgPath string) bool { return computes[pkgPath] }

var computes = map[string]bool{
	"bytes": true, "cmp": true, "container/heap": true, "container/list": true, "container/ring": true,
	"encoding/base32": true, "encoding/base64": true, "encoding/binary": true, "encoding/hex": true,
	"errors": true, "hash": true, "hash/adler32": true, "hash/crc32": true, "hash/crc64": true, "hash/fnv": true,
	"hash/maphash": true, "html": true, "maps": true, "math": true, "math/big": true, "math/bits": true,
	"math/cmplx": true, "math/rand": true, "math/rand/v2": true, "mime": true, "net/netip": true, "net/url": true,
	"path": true, "reflect": true, "regexp": true, "slices": true, "sort": true, "strconv": true, "strings": true,
	"sync/atomic": true, "unicode": true, "unicode/utf16": true, "unicode/utf8": true, "unique": true, "unsafe": true,
	"crypto/hmac": true, "crypto/md5": true, "crypto/sha1": true, "crypto/sha256": true, "crypto/sha512": true,
	"crypto/subtle": true, "context": true, "runtime/debug": true,
}

// KeepsArguments reports whether functions of the package only look at the
// containers that they are given, unless a row says otherwise: formatting,
// encoding, sorting.
func KeepsArguments(pkgPath string) bool { return looks[pkgPath] }

var looks = map[string]bool{
	"encoding/json": true, "errors": true, "fmt": true, "log": true, "log/slog": true, "maps": true,
	"net/http": true, "reflect": true, "slices": true, "sort": true, "strings": true,
}

// Standard reports whether the import path is one of the standard library's.
func Standard(path string) bool {
	for i := 0; i < len(path); i++ {
		if path[i] == '/' {
			path = path[:i]
			break
		}
	}
	return stdTop[path]
}

// stdTop is the first elements of the standard library's import paths. A
// module may have a path without a dot, so its absence is no test.
var stdTop = map[string]bool{
	"archive": true, "arena": true, "bufio": true, "builtin": true, "bytes": true, "cmp": true, "compress": true,
	"container": true, "context": true, "crypto": true, "database": true, "debug": true, "embed": true,
	"encoding": true, "errors": true, "expvar": true, "flag": true, "fmt": true, "go": true, "hash": true,
	"html": true, "image": true, "index": true, "internal": true, "io": true, "iter": true, "log": true, "maps": true,
	"math": true, "mime": true, "net": true, "os": true, "path": true, "plugin": true, "reflect": true, "regexp": true,
	"runtime": true, "slices": true, "sort": true, "strconv": true, "strings": true, "structs": true, "sync": true,
	"syscall": true, "testing": true, "text": true, "time": true, "unicode": true, "unique": true, "unsafe": true,
	"vendor": true, "weak": true, "cmd": true,
}
