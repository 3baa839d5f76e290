package apimodel

// ecosystems lists the tables, one file each. A key stands in one of them.
var ecosystems = []Ecosystem{
	stdNet,
	stdHTTP,
	stdIO,
	stdEncoding,
	stdOS,
	stdSync,
	stdAtomic,
	stdSQL,
	stdText,
	stdContainers,
	queues,
	xsync,
	xnet,
	xcrypto,
	quic,
	mux,
	websocket,
	grpc,
	web,
	messaging,
	pools,
	data,
	decoders,
	config,
}
