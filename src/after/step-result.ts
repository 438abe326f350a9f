/** One thing done after the commit. A failure here never takes the tree back. */
export interface StepResult {
  readonly name: string;
  readonly ok: boolean;
  /** The project works without it. */
  readonly optional?: boolean;
  /** What to type to do it by hand. */
  readonly command: string;
  /** A few words on success, the end of the output on failure. */
  readonly detail: string;
  /** The signal that a person or a supervisor ended it by. */
  readonly interrupted?: NodeJS.Signals;
}
