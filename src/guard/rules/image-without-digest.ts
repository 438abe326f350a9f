import type { Rule } from '../rule.ts';

const DOCKERFILE = /(?:^|\/)(?:[^/]*\.)?(?:Dockerfile|Containerfile)[^/]*$/i;

/** `FROM [--platform=x] image [AS stage]`, `COPY --from=image`, `# syntax=image`. */
const FROM =
  /^[ \t]{0,20}FROM[ \t]{1,20}(?:--[\w-]{1,30}[= ]\S{1,100}[ \t]{1,20}){0,3}(?<image>\S{1,400})(?:[ \t]{1,20}AS[ \t]{1,20}(?<stage>[\w.-]{1,100}))?/gim;
const OTHER =
  /^[ \t]{0,20}(?:COPY|ADD|RUN)[ \t][^\n]{0,300}?--(?:from=|mount=[^\s]{0,200}?from=)(?<image>[^\s,]{1,400})|^#[ \t]{0,20}syntax[ \t]{0,20}=[ \t]{0,20}(?<frontend>\S{1,400})/gim;

/** `image:` in Compose files, workflows and manifests, `container:` in workflows, `uses: docker://`. */
const YAML =
  /^[ \t]{0,80}(?:-[ \t]{1,20})?(?:image|container|uses):[ \t]{1,20}["']?(?<image>[^\s"'#]{1,400})/gm;

const DIGEST = /@sha256:[a-f\d]{64}$/;

/** A name that is set elsewhere and holds no default to judge here. */
const VARIABLE = /^\$(?:\{\{[^}]*\}?\}?|\{?\w+\}?)$/;

export const imageWithoutDigest: Rule = {
  id: 'image-without-digest',
  control: 'SUPPLY-1',
  reason:
    'A tag is moved to other bytes without a trace, so the next build runs what somebody else put there.',
  wayOut: 'Add the digest (image:tag@sha256:...), and renew it with the refresh command.',
  files: /(?:^|\/)(?:[^/]*\.ya?ml|(?:[^/]*\.)?(?:Dockerfile|Containerfile)[^/]*)$/i,
  text: ({ path, content }) => (DOCKERFILE.test(path) ? inDockerfile(content) : inYaml(content)),
};

function inDockerfile(content: string): number[] {
  const stages = new Set(['scratch']);
  const places: number[] = [];
  for (const { index, groups } of content.matchAll(FROM)) {
    const image = groups?.['image'] ?? '';
    if (!stages.has(image.toLowerCase()) && !DIGEST.test(image)) places.push(index);
    if (groups?.['stage']) stages.add(groups['stage'].toLowerCase());
  }
  for (const { index, groups } of content.matchAll(OTHER)) {
    const image = groups?.['image'] ?? groups?.['frontend'] ?? '';
    const isStage = stages.has(image.toLowerCase()) || /^\d+$/.test(image);
    if (!isStage && !DIGEST.test(image)) places.push(index);
  }
  return places;
}

function inYaml(content: string): number[] {
  return [...content.matchAll(YAML)]
    .filter((match) => {
      const image = match.groups?.['image'] ?? '';
      if (match[0].includes('uses:') && !image.startsWith('docker://')) return false;
      return !VARIABLE.test(image) && !DIGEST.test(image);
    })
    .map((match) => match.index + match[0].search(/\S/));
}
