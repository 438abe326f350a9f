import { Type } from 'typebox';
import type { Static } from 'typebox';
import { strictObject } from '../http/schemas.ts';

export const BackupCommand = strictObject({
  verb: Type.Literal('backup'),
  actor: Type.String({ minLength: 1, maxLength: 200 }),
});
export type BackupCommand = Static<typeof BackupCommand>;
