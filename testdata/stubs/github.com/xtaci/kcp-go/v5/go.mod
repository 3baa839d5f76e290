module github.com/xtaci/kcp-go/v5

go 1.26.0
