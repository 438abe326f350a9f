import { channel } from 'node:diagnostics_channel';

// A file of its own, so that telemetry does not load the scanner. Subscribers learn the rule that refused a prompt, and
// no word of it. (HOOK-6)
export interface PromptTold {
  readonly rule: string;
}

export const promptRefused = channel('app.prompt.refused');
