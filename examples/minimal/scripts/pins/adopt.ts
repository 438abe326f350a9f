import type { Asked } from './ask.ts';
import type { Refreshed } from './refresh.ts';
import type { ActionPin, ImagePin, Shard, Use } from './table.ts';
import { repositoryOf } from './table.ts';

/** What is used and the table does not have, as a bot left it: taken in if the tag is that commit or digest. (SUPPLY-1) */
export function adopt(
  shards: readonly Shard[],
  uses: readonly Use[],
  asked: Asked,
  today: string,
): Refreshed {
  const actions = new Map(
    uses.filter(({ kind }) => kind === 'action').map((use) => [repositoryOf(use.name), use]),
  );
  const images = uses.filter(({ kind }) => kind === 'image');
  const faults: string[] = [];
  const next = shards.map((shard) => ({
    ...shard,
    actions: shard.actions.map((pin) => action(pin)),
    images: shard.images.map((pin) => image(pin)),
  }));
  return { shards: next, moves: [], faults };

  function action(pin: ActionPin): ActionPin {
    const { name } = pin;
    const { pin: sha = '', version = '' } = actions.get(name) ?? {};
    if (sha === '' || (sha === pin.sha && version === pin.version)) return pin;
    if (asked.tagsOf(name).get(version) === sha)
      return { name, version, sha, observed: today, confirmedBy: [] };
    faults.push(`${version} of ${name} is not ${sha}`);
    return pin;
  }

  function image(pin: ImagePin): ImagePin {
    const { name, pin: digest } = successorOf(pin, images) ?? { name: pin.name, pin: pin.digest };
    if (name === pin.name && digest === pin.digest) return pin;
    if (asked.digestOf(name) === digest) return { name, digest, observed: today, confirmedBy: [] };
    faults.push(`${name} is not ${digest === '' ? 'named by a digest' : digest}`);
    return pin;
  }
}

// Under its own tag, or, where nobody uses that any more, under another one of the same repository.
function successorOf({ name }: ImagePin, images: readonly Use[]): Use | undefined {
  return (
    images.find((use) => use.name === name) ??
    images.find((use) => withoutTag(use.name) === withoutTag(name))
  );
}

function withoutTag(image: string): string {
  return image.replace(/:[^/:]*$/, '');
}
