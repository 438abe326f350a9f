import { iamSignIn } from '@app/platform/aws/database-sign-in';
import type { DatabaseSignIn } from '../../open-database.ts';
import { accessOf } from './access.ts';
import { env } from './env.ts';

export const aws: DatabaseSignIn = (environment, { url, passwordFile, caFile }) => {
  if (environment(env).DATABASE_SIGN_IN === undefined) return undefined;
  if (passwordFile !== undefined || caFile !== undefined)
    throw new Error(
      'DATABASE_SIGN_IN is instead of DATABASE_PASSWORD_FILE and DATABASE_CA_FILE: unset these.',
    );
  return iamSignIn(accessOf(environment), url);
};
