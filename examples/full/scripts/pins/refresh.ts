import type { Asked } from './ask.ts';
import type { ActionPin, ImagePin, Shard, Use } from './table.ts';

/** What a name stood for, and stands for now. */
export interface Move {
  readonly kind: Use['kind'];
  readonly name: string;
  readonly from: { readonly pin: string; readonly version: string };
  readonly to: { readonly pin: string; readonly version: string };
}

export interface Refreshed {
  readonly shards: readonly Shard[];
  readonly moves: readonly Move[];
  // A tag that names another commit than it did was pushed again: by its owner, or by somebody who is not.
  readonly faults: readonly string[];
}

const RELEASE = /^v?\d+\.\d+\.\d+$/;

/** Every Action at its newest release, every image at what its tag is by now. (SUPPLY-1) */
export function refresh(shards: readonly Shard[], asked: Asked, today: string): Refreshed {
  const moves: Move[] = [];
  const faults: string[] = [];
  const next = shards.map((shard) => ({
    ...shard,
    actions: shard.actions.map((pin) => action(pin)),
    images: shard.images.map((pin) => image(pin)),
  }));
  return { shards: next, moves, faults };

  function action(pin: ActionPin): ActionPin {
    const { name, version, sha } = pin;
    const tags = asked.tagsOf(name);
    if (tags.get(version) !== sha) faults.push(`${version} of ${name} is another commit by now`);
    const newest = newestOf(tags) ?? version;
    const at = tags.get(newest) ?? sha;
    if (newest === version) return pin;
    moves.push({
      kind: 'action',
      name,
      from: { pin: sha, version },
      to: { pin: at, version: newest },
    });
    return { name, version: newest, sha: at, observed: today, confirmedBy: [] };
  }

  function image(pin: ImagePin): ImagePin {
    const { name, digest } = pin;
    const now = asked.digestOf(name);
    if (now === digest) return pin;
    moves.push({
      kind: 'image',
      name,
      from: { pin: digest, version: '' },
      to: { pin: now, version: '' },
    });
    return { name, digest: now, observed: today, confirmedBy: [] };
  }
}

/** A file that uses what moved, as it reads afterwards. */
export function moved(text: string, moves: readonly Move[]): string {
  return moves.reduce((current, { from, to }) => {
    const version = from.version === '' ? '' : ` # ${from.version}`;
    const next = to.version === '' ? '' : ` # ${to.version}`;
    return current.replaceAll(`@${from.pin}${version}`, `@${to.pin}${next}`);
  }, text);
}

function newestOf(tags: ReadonlyMap<string, string>): string | undefined {
  return [...tags.keys()]
    .filter((tag) => RELEASE.test(tag))
    .toSorted(byVersion)
    .at(-1);
}

function byVersion(a: string, b: string): number {
  const [left, right] = [a, b].map((tag) => tag.replace('v', '').split('.').map(Number));
  for (const [at, number] of (left ?? []).entries()) {
    const order = number - (right?.[at] ?? 0);
    if (order !== 0) return order;
  }
  return 0;
}
