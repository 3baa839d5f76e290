module github.com/gliderlabs/ssh

go 1.26.0

require golang.org/x/crypto v0.0.0

replace golang.org/x/crypto => ../../../golang.org/x/crypto
