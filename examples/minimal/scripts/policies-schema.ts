import { writeFile } from 'node:fs/promises';
import { policySchema } from '@app/platform/aws/policy-schema';

// What infra/ gives to Amazon Verified Permissions, where infra:authorization is verified-permissions.
const POLICIES = new URL('../policies/', import.meta.url);

await writeFile(new URL('schema.json', POLICIES), await policySchema(POLICIES));
