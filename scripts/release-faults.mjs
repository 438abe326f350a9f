/** A line of "Emitted code", as the head of CHANGELOG.md describes it. */
const EMITTED_CHANGE =
  /^- (?:\*\*Security\*\* )?\*\*([a-z][a-z-]*)\*\* (?:`[^`]+`(?:, )?)+: \S.* By hand: \S/;

const RELEASED = /^\d{4}-\d{2}-\d{2}$/;

/**
 * One sentence for everything that stands against calling this the version that package.json names.
 *
 * @param manifest our package.json
 * @param changelog the text of CHANGELOG.md
 * @param changed generators that emit otherwise than at the last release; undefined before the first
 */
export function releaseFaults(manifest, changelog, changed) {
  const { version } = manifest;
  const entry = entryOf(changelog, version);
  if (entry === undefined) return [`CHANGELOG.md has no entry for ${version}.`];
  const emitted = sectionOf(entry.text, 'Emitted code');
  if (emitted === undefined) return [`The entry for ${version} has no section "Emitted code".`];
  if (changed === undefined) return [];
  const changes = itemsOf(emitted).map((item) => EMITTED_CHANGE.exec(item)?.[1]);
  return changed
    .filter((generator) => !changes.includes(generator))
    .map(
      (generator) =>
        `What ${generator} emits differs from the last release, and "Emitted code" of ${version} does not say how.`,
    );
}

/**
 * What stands against publishing from this tag besides.
 *
 * @param tag such as `v1.2.3`
 * @param repository `owner/name` of where the release is built
 */
export function publishFaults(manifest, changelog, { tag, repository }) {
  const { version, repository: named } = manifest;
  const date = entryOf(changelog, version)?.date ?? '';
  return [
    ...(tag === `v${version}` ? [] : [`The tag is ${tag}; package.json says ${version}.`]),
    ...(RELEASED.test(date) ? [] : [`The entry for ${version} has no date.`]),
    // npm compares the two before it accepts a provenance statement.
    ...(named?.url === `git+https://github.com/${repository}.git`
      ? []
      : [`"repository" of package.json does not name ${repository}, where this is built.`]),
  ];
}

function entryOf(changelog, version) {
  for (const text of changelog.split(/^## /m).slice(1)) {
    const [, found, date] = /^(\S+) \(([^)]+)\)\n/.exec(text) ?? [];
    if (found === version) return { date, text };
  }
  return undefined;
}

function sectionOf(entry, title) {
  const section = entry.split(/^### /m).find((text) => text.startsWith(`${title}\n`));
  const body = section?.slice(title.length).trim();
  return body === '' ? undefined : body;
}

/** Items of a list, each on one line. */
function itemsOf(section) {
  return section
    .split(/^(?=- )/m)
    .map((item) => item.replaceAll(/\s*\n\s+/g, ' ').trim())
    .filter((item) => item.startsWith('- '));
}
