/** What is wrong, in one sentence, and the command that mends it. */
export interface Finding {
  readonly says: string;
  readonly mend: string;
}

/** Looks at the checkout below `root`, changes nothing, and needs no package to be installed unless it says so. */
export type Examine = (root: string) => Promise<readonly Finding[]> | readonly Finding[];
