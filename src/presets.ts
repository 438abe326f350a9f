import type { Answers } from './answers/answer.ts';

/** A profile: answers under a name. */
export interface Preset {
  readonly summary: string;
  readonly answers: Answers;
}

export const presets: Readonly<Record<string, Preset>> = {
  minimal: {
    summary: 'The service with one worked example, and the infrastructure that runs it',
    answers: { notes: true, infra: true },
  },
  bare: {
    summary: 'The service alone',
    answers: { notes: false, infra: false },
  },
};
