package decoders

import (
	"io"
	"net/http"

	"github.com/gin-gonic/gin"
)

// Gin binds a request.
func Gin(c *gin.Context) {
	var o order
	_ = c.ShouldBindJSON(&o) // want `value decoded from c: the client decides how large it is`
}

// GinLimited limits it before.
func GinLimited(c *gin.Context) {
	c.Request.Body = http.MaxBytesReader(nil, c.Request.Body, maxBody)
	var o order
	_ = c.ShouldBindJSON(&o)
}

// GinBound binds a request, and looks at the error.
func GinBound(c *gin.Context) {
	var o order
	if err := c.ShouldBindJSON(&o); err != nil { // want `value decoded from c: the client decides how large it is`
		c.Abort()
	}
}

// GinRead reads the request itself.
func GinRead(c *gin.Context) ([]byte, error) {
	return io.ReadAll(c.Request.Body) // want `all of c.Request.Body read into memory`
}
