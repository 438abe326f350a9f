import { grouped } from '../lock/grouped.ts';
import type { Shard, Use } from './table.ts';
import { repositoryOf } from './table.ts';

const COMMIT = /^[0-9a-f]{40}$/;
const DIGEST = /^sha256:[0-9a-f]{64}$/;

/** What is used and not in the table as it is used, and what is wrong in the table itself. (SUPPLY-1) */
export function faultsOf(shards: readonly Shard[], uses: readonly Use[]): string[] {
  const actions = shards.flatMap((shard) => shard.actions);
  const images = shards.flatMap((shard) => shard.images);
  return [
    ...actions.filter(({ sha }) => !COMMIT.test(sha)).map(({ name }) => `${name} names no commit`),
    ...images
      .filter(({ digest }) => !DIGEST.test(digest))
      .map(({ name }) => `${name} names no digest`),
    ...disagreeing(actions.map(({ name, sha }) => [name, sha])),
    ...disagreeing(images.map(({ name, digest }) => [name, digest])),
    ...uses.flatMap((use) =>
      (use.kind === 'action' ? isPinnedAction(use, actions) : isPinnedImage(use, images))
        ? []
        : [
            `${use.path}: ${use.name}@${use.pin} ${use.version} is not in security/pins/`.replace(
              '@ ',
              ' ',
            ),
          ],
    ),
  ];
}

function isPinnedAction({ name, pin, version }: Use, actions: Shard['actions']): boolean {
  return actions.some(
    (one) => one.name === repositoryOf(name) && one.sha === pin && one.version === version,
  );
}

function isPinnedImage({ name, pin }: Use, images: Shard['images']): boolean {
  return images.some((one) => one.name === name && one.digest === pin);
}

// Two shards may name the same thing, and then mean the same.
function disagreeing(pins: readonly (readonly [string, string])[]): string[] {
  const byName = grouped(pins, ([name]) => name);
  return [...byName]
    .filter(([, same]) => new Set(same.map(([, pin]) => pin)).size > 1)
    .map(([name]) => `${name} is pinned in two ways`);
}
