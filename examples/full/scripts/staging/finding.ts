export interface Finding {
  readonly check: string;
  readonly name: string;
  /** What is wrong, in a few words; absent where it held. */
  readonly problem?: string;
}

export function finding(check: string, name: string, problem: string | false | undefined): Finding {
  return problem ? { check, name, problem } : { check, name };
}
