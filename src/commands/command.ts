/** A command takes what follows its name on the command line and returns the exit code. */
export type Command = (argv: readonly string[]) => Promise<number>;
