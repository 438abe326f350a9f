import type { Mutation } from './mutation.ts';
import { mutationsOf } from './mutation.ts';

const policiesTest = 'test/invariants/policies.test.ts';
const decisionsTest = 'proofs/http/decisions.test.ts';

export const policiesMutations: readonly Mutation[] = [
  ...mutationsOf('policies/app.cedar', [
    [
      'AUTHZ-1',
      'context.risk >= 80',
      'context.risk > 100',
      policiesTest,
      'each case is decided as its folder says (AUTHZ-1)',
    ],
    [
      'AUTHZ-1',
      '>= 80 }',
      '> 80 }',
      'platform/test/http-access.test.ts',
      'a session that is likely stolen is refused by the risk wall (AUTHZ-1)',
    ],
    [
      'AUTHZ-1',
      '\nunless { action == App::Action::"end-session" };',
      ';',
      decisionsTest,
      'a session that is likely stolen can still be ended, and nothing else (AUTHZ-1)',
    ],
    [
      'AUTHZ-1',
      '\nunless { action == App::Action::"end-session" };',
      '\nunless { action in [App::Action::"end-session", App::Action::"read-session"] };',
      decisionsTest,
      'a session that is likely stolen can still be ended, and nothing else (AUTHZ-1)',
    ],
    [
      'AUTHZ-1',
      '(resource has tenant && resource.tenant == principal.tenant)',
      '(resource has tenant)',
      policiesTest,
      'each case is decided as its folder says (AUTHZ-1)',
    ],
    [
      'AUTHZ-1',
      'resource.owner == principal',
      'resource.tenant == principal.tenant',
      policiesTest,
      'each case is decided as its folder says (AUTHZ-1)',
    ],
    [
      'AUTHZ-1',
      'resource is App::Tenant && resource == principal.tenant',
      'resource is App::Tenant',
      policiesTest,
      'every request across tenants stops at the wall, whatever else refuses it (AUTHZ-1)',
    ],
  ]),
  ...mutationsOf('policies/notes.cedar', [
    [
      'AUTHZ-1',
      'resource.owner == principal',
      'resource.tenant == principal.tenant',
      policiesTest,
      'each case is decided as its folder says (AUTHZ-1)',
    ],
    [
      'AUTHZ-1',
      'principal in App::Role::"member",\n  action in\n',
      'principal,\n  action in\n',
      policiesTest,
      'each case is decided as its folder says (AUTHZ-1)',
    ],
    [
      'AUTHZ-1',
      'principal in App::Role::"member",\n  action in [',
      'principal,\n  action in [',
      policiesTest,
      'each case is decided as its folder says (AUTHZ-1)',
    ],
  ]),
  ...mutationsOf('policies/health-check-disk.cedar', [
    [
      'AUTHZ-1',
      'principal in App::Role::"operator",\n  action == HealthCheckDisk::Action::"run"',
      'principal,\n  action == HealthCheckDisk::Action::"run"',
      policiesTest,
      'each case is decided as its folder says (AUTHZ-1)',
    ],
    [
      'AUTHZ-1',
      'principal in App::Role::"operator",\n  action == HealthCheckDisk::Action::"list"',
      'principal in App::Role::"member",\n  action == HealthCheckDisk::Action::"list"',
      policiesTest,
      'each case is decided as its folder says (AUTHZ-1)',
    ],
  ]),
  ...mutationsOf('policies/outbound-webhooks.cedar', [
    [
      'AUTHZ-1',
      'permit (\n  principal in App::Role::"operator",\n  action in\n    [OutboundWebhooks::Action::"list"',
      'permit (\n  principal,\n  action in\n    [OutboundWebhooks::Action::"list"',
      'services/api/modules/outbound-webhook-disk/publish.test.ts',
      'without a role that may, nobody has the events sent anywhere (AUTHZ-1)',
    ],
  ]),
];
