import type { Attack } from '../../platform/test/support/sealing.ts';

/** Computes the digest again, as an attacker who edits an event does. */
export const redigest = (where: string) =>
  `update audit_event set digest = audit_event_digest(audit_event) where ${where}`;

/** More attacks than the one per kind in `platform/test/audit.test.ts`. */
export const attacks: readonly Attack[] = [
  {
    name: 'an event is deleted, and taken out of its seal',
    statements: (stream, ids) => [
      `delete from audit_event where id = ${ids[3]}`,
      `update audit_seal set event_ids = array[${ids[2]}] where stream = '${stream}' and number = 2`,
    ],
    found: () => 'stream "s", seal 2: its events are not those it sealed',
  },
  {
    name: 'the gap is closed by renumbering',
    statements: (stream, ids) => [
      `delete from audit_seal where stream = '${stream}' and number = 2`,
      `delete from audit_event where id in (${ids[2]}, ${ids[3]})`,
      `update audit_seal set number = 2 where stream = '${stream}' and number = 3`,
    ],
    found: () => 'stream "s", seal 2: it does not follow the seal before',
  },
  {
    name: 'everything is gone',
    statements: (stream) => [
      `delete from audit_seal where stream = '${stream}'`,
      `delete from audit_event where tenant = '${stream}'`,
    ],
    found: () => 'stream "s", seal 0: the chain ends here and was anchored up to seal 3',
  },
  {
    name: 'a signature is taken from another seal',
    statements: (stream) => [
      `update audit_seal set signature = (
         select signature from audit_seal where stream = '${stream}' and number = 2
       ) where stream = '${stream}' and number = 3`,
    ],
    found: () => 'stream "s", seal 3: the key store did not sign it',
  },
  {
    name: 'a seal is dated back',
    statements: (stream) => [
      `update audit_seal set sealed_at = sealed_at - interval '1 hour'
       where stream = '${stream}' and number = 3`,
    ],
    found: () => 'stream "s", seal 3: its events are not those it sealed',
  },
  {
    name: 'an event is edited, and its digest with it',
    statements: (_, ids) => [
      `update audit_event set actor = 'bob' where id = ${ids[2]}`,
      redigest(`id = ${ids[2]}`),
    ],
    found: () => 'stream "s", seal 2: its events are not those it sealed',
  },
  {
    name: 'an event moves to another tenant',
    statements: (_, ids) => [`update audit_event set tenant = 'other' where id = ${ids[0]}`],
    found: (ids) => `stream "s", seal 1, event ${ids[0]}: it belongs to another stream`,
  },
  {
    name: 'an event is put in',
    statements: (stream) => [
      `insert into audit_event (class_uid, activity_id, action, outcome, actor, tenant, resource, digest)
       values (6003, 1, 'x', 'success', 'bob', '${stream}', 'note:9', sha256(''))`,
      redigest(`tenant = '${stream}' and actor = 'bob'`),
    ],
    found: (ids) => `event ${ids[6]}: it was kept from being sealed`,
  },
  {
    name: 'two events change places',
    statements: (stream, ids) => [
      `update audit_seal set event_ids = array[${ids[1]}, ${ids[0]}]
       where stream = '${stream}' and number = 1`,
    ],
    found: () => 'stream "s", seal 1: its events are not those it sealed',
  },
  {
    name: 'a seal in the middle is taken out with its events',
    statements: (stream, ids) => [
      `delete from audit_seal where stream = '${stream}' and number = 2`,
      `delete from audit_event where id in (${ids[2]}, ${ids[3]})`,
    ],
    found: () => 'stream "s", seal 3: seal 2 is missing',
  },
  {
    name: 'a purge that nobody signed hides the beginning',
    statements: (stream, ids) => [
      `insert into audit_purge (stream, number, hash, purged_at, key_id, signature)
       select stream, number, hash, sealed_at, key_id, signature from audit_seal
       where stream = '${stream}' and number = 1`,
      `delete from audit_seal where stream = '${stream}' and number = 1`,
      `delete from audit_event where id in (${ids[0]}, ${ids[1]})`,
    ],
    found: () => 'stream "s", purge up to seal 1: the key store did not sign it',
  },
];
