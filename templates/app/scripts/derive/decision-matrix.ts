import { decisionMatrix } from '@app/platform/authorization/decision-matrix';
import { ROOT } from './root.ts';

// Who may do what, spelled out: a change of policy shows as the decisions it changed. (AUTHZ-1)
export function derive(): Promise<string> {
  return decisionMatrix(new URL('policies/', ROOT));
}
