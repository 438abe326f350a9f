// Who answers may be slow, broken or hostile. Each of these is a way to hold a caller, or its memory, for good.
export const limits = {
  connectMs: 5_000,
  headersMs: 15_000,
  // Between two pieces of a body.
  pauseMs: 15_000,
  // From the request to the last byte: a byte a second would outlast the pauses.
  wholeMs: 30_000,
  answerBytes: 5_000_000,
} as const;

export type EgressLimits = { readonly [Limit in keyof typeof limits]: number };
