/**
 * Lines kept outside the database, in order and only ever added: whoever can rewrite the database
 * must not be able to rewrite these. The local log and those of clouds pass the same contract,
 * `testing/anchor-log-contract.ts`.
 */
export interface AnchorLog {
  /** Resolves when the line would survive a power cut. One caller at a time. */
  append(line: string): Promise<void>;
  last(): Promise<string | undefined>;
  lines(): Promise<readonly string[]>;
}
