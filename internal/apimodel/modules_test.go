package apimodel

import (
	"path"
	"path/filepath"
)

// A module is one whose API some rows are about, as it was when they were
// last resolved.
type module struct {
	path, version string
	// packages are import paths below path, "." for the module's own.
	packages []string
	// keep names what the stubs declare beside what rows name: what a
	// program needs in order to get at it.
	keep map[string]string
}

func (m module) importPath(pkg string) string { return path.Join(m.path, pkg) }

// stubDir returns the directory of an import path's stub.
func stubDir(importPath string) string {
	return filepath.Join("..", "..", "testdata", "stubs", filepath.FromSlash(importPath))
}

// moduleOf returns the module that has a package of the import path, or nil.
func moduleOf(importPath string) *module {
	for i, m := range modules {
		for _, p := range m.packages {
			if m.importPath(p) == importPath {
				return &modules[i]
			}
		}
	}
	return nil
}

// modules are sorted by path.
var modules = []module{
	{"cloud.google.com/go", "v0.123.0", []string{"internal/pubsub"}, map[string]string{
		"internal/pubsub": "Message",
	}},
	{"cloud.google.com/go/pubsub", "v1.52.0", []string{"."}, map[string]string{
		".": "Message Client NewClient Subscription ReceiveSettings",
	}},
	{"cloud.google.com/go/pubsub/v2", "v2.8.1", []string{"."}, map[string]string{
		".": "Message Client NewClient Subscriber ReceiveSettings",
	}},
	{"github.com/BurntSushi/toml", "v1.6.0", []string{"."}, nil},
	{"github.com/IBM/sarama", "v1.61.1", []string{"."}, map[string]string{
		".": "Consumer NewConsumer NewConsumerGroup ConsumerMessage ConsumerGroupSession ConsumerGroupHandler ConsumerGroupClaim NewConfig",
	}},
	{"github.com/Jeffail/tunny", "v0.1.4", []string{"."}, map[string]string{
		".": "Pool Worker",
	}},
	{"github.com/alitto/pond", "v1.9.2", []string{"."}, map[string]string{
		".": "WorkerPool Option",
	}},
	{"github.com/alitto/pond/v2", "v2.7.1", []string{"."}, map[string]string{
		".": "Pool Task Option WithQueueSize WithNonBlocking",
	}},
	{"github.com/andybalholm/brotli", "v1.2.8", []string{"."}, nil},
	{"github.com/aws/aws-sdk-go-v2/service/sqs", "v1.52.11", []string{".", "types"}, map[string]string{
		".":     "Client ReceiveMessageInput ReceiveMessageOutput",
		"types": "Message",
	}},
	{"github.com/coder/websocket", "v1.8.15", []string{".", "wsjson"}, map[string]string{
		".": "Conn AcceptOptions DialOptions MessageType MessageText MessageBinary StatusCode StatusNormalClosure StatusInternalError",
	}},
	{"github.com/dgraph-io/ristretto", "v0.2.0", []string{"."}, map[string]string{
		".": "Cache Config",
	}},
	{"github.com/dgraph-io/ristretto/v2", "v2.4.2", []string{"."}, map[string]string{
		".": "Cache Config",
	}},
	{"github.com/eapache/channels", "v1.1.0", []string{"."}, map[string]string{
		".": "InfiniteChannel RingChannel BufferCap Infinity",
	}},
	{"github.com/eapache/queue", "v1.1.0", []string{"."}, map[string]string{
		".": "Queue New",
	}},
	{"github.com/eclipse/paho.golang", "v0.23.0", []string{"autopaho", "paho"}, map[string]string{
		"autopaho": "ConnectionManager",
		"paho":     "Client ClientConfig NewClient PublishReceived Publish",
	}},
	{"github.com/eclipse/paho.mqtt.golang", "v1.5.1", []string{"."}, map[string]string{
		".": "Client ClientOptions Message MessageHandler NewClient NewClientOptions Token",
	}},
	{"github.com/fsnotify/fsnotify", "v1.10.1", []string{"."}, map[string]string{
		".": "Watcher NewWatcher Event Op",
	}},
	{"github.com/gammazero/deque", "v1.2.2", []string{"."}, map[string]string{
		".": "Deque",
	}},
	{"github.com/gammazero/workerpool", "v1.3.0", []string{"."}, map[string]string{
		".": "WorkerPool",
	}},
	{"github.com/gin-gonic/gin", "v1.12.0", []string{"."}, map[string]string{
		".": "Engine Context HandlerFunc New Default RouterGroup",
	}},
	{"github.com/gliderlabs/ssh", "v0.3.8", []string{"."}, map[string]string{
		".": "Session Handler Server",
	}},
	{"github.com/gobwas/ws", "v1.5.0", []string{".", "wsutil"}, map[string]string{
		".":      "Frame Header OpCode State StateServerSide StateClientSide OpText OpBinary NewTextFrame",
		"wsutil": "Reader Message Writer",
	}},
	{"github.com/goccy/go-json", "v0.10.5", []string{"."}, nil},
	{"github.com/goccy/go-yaml", "v1.19.2", []string{"."}, nil},
	{"github.com/gofiber/fiber/v2", "v2.52.15", []string{"."}, map[string]string{
		".": "App Ctx Config Handler New Router",
	}},
	{"github.com/gofiber/fiber/v3", "v3.1.0", []string{"."}, map[string]string{
		".": "App Ctx Config Handler New Router",
	}},
	{"github.com/golang/snappy", "v1.0.0", []string{"."}, map[string]string{
		".": "DecodedLen",
	}},
	{"github.com/google/gopacket", "v1.1.19", []string{"."}, map[string]string{
		".": "PacketSource NewPacketSource PacketDataSource Packet",
	}},
	{"github.com/gorilla/websocket", "v1.5.3", []string{"."}, map[string]string{
		".": "Conn Upgrader Dialer DefaultDialer TextMessage BinaryMessage CloseMessage PingMessage PongMessage PreparedMessage NewPreparedMessage FormatCloseMessage IsUnexpectedCloseError CloseError",
	}},
	{"github.com/hashicorp/go-msgpack/v2", "v2.1.5", []string{"codec"}, map[string]string{
		"codec": "MsgpackHandle Handle",
	}},
	{"github.com/hashicorp/golang-lru", "v1.0.2", []string{"."}, map[string]string{
		".": "Cache",
	}},
	{"github.com/hashicorp/golang-lru/v2", "v2.0.7", []string{"."}, map[string]string{
		".": "Cache",
	}},
	{"github.com/hashicorp/yamux", "v0.1.2", []string{"."}, map[string]string{
		".": "Session Stream Config DefaultConfig",
	}},
	{"github.com/jackc/pgx/v5", "v5.12.0", []string{".", "pgconn", "pgxpool"}, map[string]string{
		".":       "Conn Rows Row Tx CollectOneRow RowToFunc",
		"pgconn":  "CommandTag Notification",
		"pgxpool": "Pool Conn Config New NewWithConfig ParseConfig",
	}},
	{"github.com/jackc/puddle/v2", "v2.2.3", []string{"."}, map[string]string{
		".": "Pool Resource Config NewPool",
	}},
	{"github.com/jellydator/ttlcache/v3", "v3.4.1", []string{"."}, map[string]string{
		".": "Cache New WithTTL",
	}},
	{"github.com/jmoiron/sqlx", "v1.4.0", []string{"."}, map[string]string{
		".": "DB",
	}},
	{"github.com/json-iterator/go", "v1.1.12", []string{"."}, map[string]string{
		".": "API ConfigCompatibleWithStandardLibrary",
	}},
	{"github.com/klauspost/compress", "v1.20.3", []string{"flate", "gzip", "s2", "snappy", "zlib", "zstd"}, map[string]string{
		"zstd": "Decoder DOption",
	}},
	{"github.com/labstack/echo/v4", "v4.16.0", []string{".", "middleware"}, map[string]string{
		".": "Echo Context HandlerFunc MiddlewareFunc New",
	}},
	{"github.com/lib/pq", "v1.12.3", []string{"."}, map[string]string{
		".": "Listener Notification NewListener",
	}},
	{"github.com/lucas-clemente/quic-go", "v0.31.1", []string{"."}, map[string]string{
		".": "Listener EarlyListener Connection Stream ReceiveStream SendStream Config ListenAddr Listen Dial DialAddr",
	}},
	{"github.com/matttproud/golang_protobuf_extensions/v2", "v2.0.0", []string{"pbutil"}, nil},
	{"github.com/miekg/dns", "v1.1.73", []string{"."}, map[string]string{
		".": "Server Msg ResponseWriter Handler HandlerFunc ServeMux NewServeMux Client Conn Question RR",
	}},
	{"github.com/nats-io/nats.go", "v1.55.0", []string{".", "jetstream"}, map[string]string{
		".":         "Conn Msg MsgHandler Subscription Connect JetStream",
		"jetstream": "Consumer Msg MessageHandler MessagesContext ConsumeContext MessageBatch ConsumerConfig JetStream New",
	}},
	{"github.com/nsqio/go-nsq", "v1.1.0", []string{"."}, map[string]string{
		".": "Consumer Config NewConfig NewConsumer Handler HandlerFunc Message",
	}},
	{"github.com/panjf2000/ants/v2", "v2.12.1", []string{"."}, map[string]string{
		".": "Pool PoolWithFunc MultiPool Option WithNonblocking WithMaxBlockingTasks LoadBalancingStrategy RoundRobin",
	}},
	{"github.com/pelletier/go-toml/v2", "v2.4.3", []string{"."}, nil},
	{"github.com/pierrec/lz4/v4", "v4.1.33", []string{"."}, nil},
	{"github.com/pion/sctp", "v1.12.1", []string{"."}, map[string]string{
		".": "Association Stream Config PayloadProtocolIdentifier",
	}},
	{"github.com/quic-go/quic-go", "v0.65.0", []string{".", "http3"}, map[string]string{
		".":     "Listener EarlyListener Conn Stream ReceiveStream SendStream Config Transport ListenAddr ListenAddrEarly StreamID",
		"http3": "Server Transport",
	}},
	{"github.com/rabbitmq/amqp091-go", "v1.16.0", []string{"."}, map[string]string{
		".": "Connection Channel Delivery Publishing Table",
	}},
	{"github.com/redis/go-redis/v9", "v9.23.0", []string{"."}, map[string]string{
		".": "Client NewClient Options PubSub Message",
	}},
	{"github.com/segmentio/kafka-go", "v0.4.51", []string{"."}, map[string]string{
		".": "Reader ReaderConfig NewReader Writer Message Conn Dial Header",
	}},
	{"github.com/smallnest/chanx", "v1.2.0", []string{"."}, map[string]string{
		".": "UnboundedChan RingBuffer NewRingBuffer",
	}},
	{"github.com/sourcegraph/conc", "v0.3.0", []string{".", "panics", "pool", "stream"}, map[string]string{
		".":      "WaitGroup",
		"panics": "Recovered",
		"pool":   "Pool ErrorPool ContextPool ResultPool ResultErrorPool ResultContextPool",
		"stream": "Stream Task Callback New",
	}},
	{"github.com/spf13/pflag", "v1.1.0", []string{"."}, map[string]string{
		".": "FlagSet NewFlagSet Parse",
	}},
	{"github.com/spf13/viper", "v1.21.0", []string{"."}, map[string]string{
		".": "New SetDefault",
	}},
	{"github.com/twmb/franz-go", "v1.22.2", []string{"pkg/kgo"}, map[string]string{
		"pkg/kgo": "Client NewClient Fetches Record Opt FetchTopicPartition FetchesRecordIter",
	}},
	{"github.com/ugorji/go/codec", "v1.3.2", []string{"."}, map[string]string{
		".": "MsgpackHandle Handle",
	}},
	{"github.com/ulikunitz/xz", "v0.5.17", []string{"."}, nil},
	{"github.com/valyala/fasthttp", "v1.78.0", []string{"."}, map[string]string{
		".": "Server RequestCtx RequestHandler Client HostClient Request Response Args",
	}},
	{"github.com/vmihailenco/msgpack/v5", "v5.4.1", []string{"."}, nil},
	{"github.com/xtaci/kcp-go/v5", "v5.6.24", []string{"."}, map[string]string{
		".": "Listener UDPSession ListenWithOptions DialWithOptions Listen Dial",
	}},
	{"github.com/xtaci/smux", "v1.5.58", []string{"."}, map[string]string{
		".": "Session Stream Config DefaultConfig",
	}},
	{"golang.org/x/crypto", "v0.58.0", []string{"ssh"}, map[string]string{
		"ssh": "Channel NewChannel Conn ServerConn ServerConfig Client ClientConfig Request RejectionReason Prohibited ResourceShortage UnknownChannelType Signer ConnMetadata Permissions",
	}},
	{"golang.org/x/net", "v0.62.0", []string{"html", "http2", "http2/h2c", "icmp", "ipv4", "ipv6", "netutil", "quic", "websocket"}, map[string]string{
		"html":      "Node Tokenizer TokenType",
		"http2":     "Server ServeConnOpts Framer Transport",
		"icmp":      "PacketConn ListenPacket",
		"ipv4":      "PacketConn RawConn NewRawConn Message",
		"ipv6":      "PacketConn Message",
		"quic":      "Endpoint Conn Stream Config Listen",
		"websocket": "Conn Codec Handler Server JSON Message Config",
	}},
	{"golang.org/x/sync", "v0.24.0", []string{"errgroup", "semaphore", "singleflight"}, map[string]string{
		"errgroup":     "Group",
		"semaphore":    "Weighted",
		"singleflight": "Group Result",
	}},
	{"golang.org/x/time", "v0.16.0", []string{"rate"}, map[string]string{
		"rate": "Limiter NewLimiter Limit Inf Every",
	}},
	{"google.golang.org/grpc", "v1.85.0", []string{".", "test/bufconn"}, map[string]string{
		".": "Server ServerOption NewServer ServerStream ClientStream Stream ClientConn ClientConnInterface UnaryServerInterceptor StreamServerInterceptor UnaryServerInfo UnaryHandler StreamServerInfo StreamHandler ServiceDesc StreamDesc MethodDesc ServiceRegistrar GenericServerStream GenericClientStream DialOption CallOption Creds MaxRecvMsgSize",
	}},
	{"google.golang.org/protobuf", "v1.36.12", []string{"encoding/protodelim"}, nil},
	{"gopkg.in/yaml.v2", "v2.4.0", []string{"."}, nil},
	{"gopkg.in/yaml.v3", "v3.0.1", []string{"."}, nil},
}
