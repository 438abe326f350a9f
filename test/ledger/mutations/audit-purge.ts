import type { Mutation } from './mutation.ts';
import { mutationsOf } from './mutation.ts';

const purgeTest = 'proofs/audit/purge.test.ts';
const acceptTest = 'proofs/audit/accept.test.ts';

export const auditPurgeMutations: readonly Mutation[] = [
  ...mutationsOf('platform/src/audit/purge.ts', [
    [
      'OBS-1',
      'if (!(before.getTime() <= now.getTime() - RETENTION_DAYS * DAY_MS))',
      'if (before.getTime() > now.getTime())',
      purgeTest,
      'nothing is purged before its age is reached (OBS-1)',
    ],
    [
      'OBS-1',
      'if (!trail.ok)',
      "if (!trail.ok && actor === '')",
      purgeTest,
      'a broken trail is not purged: that would take the evidence away (OBS-1)',
    ],
    [
      'OBS-1',
      'order by number limit',
      'order by number desc limit',
      purgeTest,
      'what is old goes, the newest seal stays, and the chain goes on from there (OBS-1)',
    ],
  ]),
  ...mutationsOf('platform/src/audit/accept.ts', [
    [
      'OBS-1',
      "if (!TICKET.test(accepting.ticket)) return err('The ticket must look like CHG-123.');",
      '',
      acceptTest,
      'nobody accepts a loss without a ticket, or with another key (OBS-1)',
    ],
    [
      'OBS-1',
      'if (!anchored.ok) return refused(anchored.error);',
      '',
      acceptTest,
      'nobody accepts a loss without a ticket, or with another key (OBS-1)',
    ],
    [
      'OBS-1',
      'const rest = await walkTrail(sealing, { ...anchored.value, streams }, BEFORE_ALL);',
      'const rest = { ok: true, value: { turned: [] } };',
      acceptTest,
      'no other finding hides behind a loss (OBS-1)',
    ],
    [
      'OBS-1',
      'if (places.length === 0) return err(`There is no ${accepting.of} to accept.`);',
      '',
      acceptTest,
      'where nothing is lost and no clock was turned, nothing is accepted (OBS-1)',
    ],
    [
      'OBS-1',
      'await recordAudit(tx, {',
      'void ({',
      acceptTest,
      'a loss that cannot be put on record is not accepted (OBS-1)',
    ],
    [
      'OBS-1',
      'stored.get(number) !== hash',
      '!stored.has(number)',
      acceptTest,
      'an accepted loss is reported from then on, with who, why and from where (OBS-1)',
    ],
    [
      'OBS-1',
      'if (!isPurged && ',
      'if (isPurged || ',
      purgeTest,
      'what was purged is no loss, and nobody accepts it as one (OBS-1)',
    ],
  ]),
];
