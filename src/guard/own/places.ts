/** A place in an emitted project that a rule leaves alone, and why that is honest. */
export interface Exempt {
  /** Of the path, between its start and its end. */
  readonly path: string;
  readonly reason: string;
}

/** Every emitted program but the exempt ones. */
export function programsExcept(exempt: readonly Exempt[]): RegExp {
  return new RegExp(`^(?!(?:${exempt.map(({ path }) => path).join('|')})$).*\\.[cm]?[jt]sx?$`);
}
