import { adminFallbacks } from './admin-fallbacks.ts';
import type { PlantedFault } from './fault.ts';
import { openDoors } from './open-doors.ts';
import { ownOutput } from './own-output.ts';
import { secrets } from './secrets.ts';
import { unpinned } from './unpinned.ts';
import { verificationOff } from './verification-off.ts';

/** Every planted fault, by family. */
export const families: Readonly<Record<string, readonly PlantedFault[]>> = {
  'admin fallbacks': adminFallbacks,
  secrets,
  'unpinned things': unpinned,
  'verification off': verificationOff,
  'open doors': openDoors,
  'our own output': ownOutput,
};
