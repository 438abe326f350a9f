// How much memory and time one client may use before a handler runs.
export const limits = {
  // A larger body is an upload, which needs another design.
  bodyBytes: 64 * 1024,
  // One webhook delivery. The provider decides its size, and it is held in memory until its signature is verified.
  deliveryBytes: 1024 * 1024,
  headerBytes: 16 * 1024,
  headerCount: 64,
  // Enough for every route, and too little for a document.
  urlCharacters: 2_048,
  pathParameterCharacters: 128,
  queryParameters: 32,
  // Deep nesting overflows the stack of a recursive parser.
  jsonDepth: 16,
  // A client that sends one byte per second holds a socket for at most this long.
  headersTimeoutMs: 10_000,
  requestTimeoutMs: 15_000,
  // How often node:http enforces the two timeouts. By default it checks every 30 seconds.
  timeoutCheckMs: 1_000,
  // Longer than the idle timeout of a load balancer, so that it closes first and never sends on a closed connection.
  keepAliveTimeoutMs: 25_000,
  requestsPerSocket: 1_000,
  // A guarded handler holds a database connection and is rolled back after this time. A public one holds a request of
  // an unauthenticated client.
  handlerTimeoutMs: 10_000,
  // How long requests in flight may take to finish at shutdown.
  shutdownMs: 10_000,
} as const;
