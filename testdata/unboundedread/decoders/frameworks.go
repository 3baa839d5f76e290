package decoders

import (
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
