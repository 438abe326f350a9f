export type AnswerValue = string | number | boolean | readonly string[];

/** The answers to the questions of one generator, by their keys. */
export type Answers = Readonly<Record<string, AnswerValue>>;
