export { openClient as assistantModel } from './client.ts';
export type { ModelAnswer, ModelClient, ModelEvent, ModelFailure } from './client.ts';
export type { ModelRequest } from './provider.ts';
export { scanPrompt } from './text.ts';
export type { PromptRefusal, ScannedPrompt, UntrustedText } from './text.ts';
