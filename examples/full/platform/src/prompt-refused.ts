import { channel } from 'node:diagnostics_channel';

// What a refused prompt tells whoever counts: by which rule. Never a word of it. (HOOK-6)
export interface PromptTold {
  readonly rule: string;
}

export const promptRefused = channel('app.prompt.refused');
