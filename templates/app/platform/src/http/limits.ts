// What one client may make the service hold or wait for, before any handler has looked at it.
export const limits = {
  // A larger document is an upload, and an upload is another design.
  bodyBytes: 64 * 1024,
  // What a provider sends at once: it decides how much, and it is held until it is proven.
  deliveryBytes: 1024 * 1024,
  headerBytes: 16 * 1024,
  headerCount: 64,
  // Room for every address there is here, and none for a document that is sent as one.
  urlCharacters: 2_048,
  pathParameterCharacters: 128,
  queryParameters: 32,
  // A parser that recurses is a stack to overflow.
  jsonDepth: 16,
  // A client that sends one byte a second holds a socket for this long and no longer.
  headersTimeoutMs: 10_000,
  requestTimeoutMs: 15_000,
  // node:http looks this often for a client that is over its time. By default it lets it have half a minute more.
  timeoutCheckMs: 1_000,
  // Longer than a load balancer in front keeps them: whoever closes first must be the one that sends.
  keepAliveTimeoutMs: 25_000,
  requestsPerSocket: 1_000,
  // A guarded handler holds a database connection; one that is slower than this is rolled back. A public one holds the
  // request of somebody unknown.
  handlerTimeoutMs: 10_000,
  // Requests in flight at shutdown get this long to finish.
  shutdownMs: 10_000,
} as const;
