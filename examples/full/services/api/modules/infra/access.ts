import type { Access } from '@app/platform/aws/access';
import { taskCredentials } from '@app/platform/aws/credentials';
import type { Environment } from '../../config.ts';
import { GIVEN_AT, env } from './env.ts';

/** As the task's own role, and nobody else. */
export function accessOf(environment: Environment): Access {
  const { AWS_REGION: region, [GIVEN_AT]: path } = environment(env);
  if (region === undefined) throw new Error('AWS_REGION is required where AWS is used.');
  if (path === undefined) throw new Error(`${GIVEN_AT} is required: AWS is used as a task of ECS.`);
  return { region, credentials: taskCredentials(path) };
}

/** What `storesOf` has made sure of: either all of these are there, or this is not asked. */
export function given(value: string | undefined): string {
  if (value === undefined) throw new Error('The stores of AWS take all of their variables.');
  return value;
}
