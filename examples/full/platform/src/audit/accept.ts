import type { SystemTx } from '../database/database.ts';
import type { Result } from '../result.ts';
import type { Acceptance, Place } from './anchors.ts';
import type { Sealing } from './seal.ts';
import type { Anchored, AnchoredHeads } from './verify-seals.ts';
import { recordAudit } from './record.ts';
import { err, ok } from '../result.ts';
import { TICKET } from '../authorization/roles.ts';
import { appendAnchor } from './anchors.ts';
import { waitForSealer } from './seal.ts';
import { hashesOf, lastPurge } from './chain.ts';
import { readAnchors, withoutLost } from './verify-seals.ts';
import { unaccepted, walkTrail } from './verify.ts';

// Accepts neither an event that the backup had not sealed yet, nor a seal that has no anchor yet.
const BEFORE_ALL = new Date(0);

export type Accepting = Omit<Acceptance, 'places'>;

/**
 * Signs a finding that an operator can explain: seals lost in a restore, or a clock that was set. Every later
 * verification reports the acceptance, and any other finding still fails. (OBS-1)
 */
export async function acceptFinding(
  sealing: Sealing,
  accepting: Accepting,
  now = new Date(),
): Promise<Result<Acceptance, string>> {
  if (!TICKET.test(accepting.ticket)) return err('The ticket must look like CHG-123.');
  const anchored = await readAnchors(sealing.keys, await sealing.anchors.lines());
  if (!anchored.ok) return refused(anchored.error);
  const lost = accepting.of === 'loss' ? await lostPlaces(sealing, anchored.value) : [];
  const streams = withoutLost(anchored.value.streams, lost);
  // An operator must not accept one finding to hide another.
  const rest = await walkTrail(sealing, { ...anchored.value, streams }, BEFORE_ALL);
  if (!rest.ok) return refused(rest.error);
  const turned = unaccepted(rest.value.turned, anchored.value).map(({ seal }) => seal);
  const places = accepting.of === 'loss' ? lost : turned;
  if (places.length === 0) return err(`There is no ${accepting.of} to accept.`);
  const acceptance = { ...accepting, places };
  await append(sealing, acceptance, now);
  return ok(acceptance);
}

function refused({ place, why }: { place: string; why: string }): Result<never, string> {
  return err(`The trail is broken at ${place}: ${why}. Nothing is accepted.`);
}

async function lostPlaces({ database }: Sealing, { streams }: Anchored): Promise<readonly Place[]> {
  const lost: Place[] = [];
  for (const [stream, heads] of streams) {
    const place = await database.operatorTransaction('find what is lost', (tx) =>
      lostPlace(tx, stream, heads),
    );
    if (place) lost.push(place);
  }
  return lost;
}

// A seal that replaced a lost one has another hash.
async function lostPlace(
  tx: SystemTx,
  stream: string,
  heads: AnchoredHeads,
): Promise<Place | undefined> {
  const purge = await lastPurge(tx, stream);
  const stored = await hashesOf(tx, stream, [...heads.keys()]);
  let kept = 0n;
  let lost: bigint | undefined;
  for (const [number, hash] of heads) {
    const isPurged = purge !== undefined && number <= purge.number;
    if (!isPurged && stored.get(number) !== hash) lost = number;
    if (lost === undefined) kept = number;
  }
  return lost === undefined ? undefined : [stream, String(kept), String(lost)];
}

// Record the event first: without it, nothing is accepted. If only its commit fails, the anchor still names the
// operator and the ticket.
async function append(sealing: Sealing, acceptance: Acceptance, now: Date): Promise<void> {
  const { database, keys, anchors } = sealing;
  const { of, actor, ticket, places } = acceptance;
  await database.operatorTransaction(`accept a ${of}`, async (tx) => {
    await waitForSealer(tx);
    await recordAudit(tx, {
      action: `audit.accept-${of}`,
      outcome: 'success',
      actor,
      tenant: '',
      resource: 'audit:anchors',
      detail: { ticket, places: places.length },
    });
    await appendAnchor(tx, keys, anchors, now, acceptance);
  });
}
