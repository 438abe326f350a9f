// https://www.w3.org/TR/trace-context/#traceparent-header
const TRACE_PARENT = /^00-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-[0-9a-f]{2}$/;

export interface SpanLink {
  readonly traceId: string;
  readonly spanId: string;
}

/**
 * What a request says it belongs to, as a link and never as our own id: whoever could choose that
 * would write into somebody else's trace. Baggage and tracestate are free text, and are not read.
 */
export function linkOf(header: unknown): SpanLink | undefined {
  const [, traceId, spanId] = (typeof header === 'string' && TRACE_PARENT.exec(header)) || [];
  return traceId && spanId ? { traceId, spanId } : undefined;
}
