import { NOT_A_LOCKFILE } from '../lockfiles.ts';
import type { Rule } from '../rule.ts';
import { PICTURE, visitImages } from '../syntax/images.ts';
import { SOURCE_FILE } from '../syntax/parse.ts';
import { HOLE, textOf } from '../syntax/passages.ts';

const DOCKERFILE = /(?:^|\/)(?:[^/]{0,100}\.)?(?:Dockerfile|Containerfile)[^/]{0,100}$/i;

/** `FROM [--platform=x] image [AS stage]`, `COPY --from=image`, `# syntax=image`. */
const FROM =
  /^[ \t]{0,20}FROM[ \t]{1,20}(?:--[\w-]{1,30}[= ]\S{1,100}[ \t]{1,20}){0,3}(?<image>\S{1,400})(?:[ \t]{1,20}AS[ \t]{1,20}(?<stage>[\w.-]{1,100}))?/gim;
const OTHER =
  /^[ \t]{0,20}(?:COPY|ADD|RUN)[ \t][^\n]{0,300}?--(?:from=|mount=[^\s]{0,200}?from=)(?<image>[^\s,]{1,400})|^#[ \t]{0,20}syntax[ \t]{0,20}=[ \t]{0,20}(?<frontend>\S{1,400})/gim;

/** `image:` in Compose files, workflows and manifests, `container:` in workflows, `uses: docker://`. */
const YAML =
  /^[ \t]{0,80}(?:-[ \t]{1,20})?(?:image|container|uses):[ \t]{1,20}["']?(?<image>[^\s"'#]{1,400})/gm;

/** In one line or in JSON and HCL: `{ image: postgres:17 }`, `"image": "postgres:17"`, `docker pull postgres:17`. */
const INLINE =
  /(?:[{,][ \t]{0,20}["']?image["']?|^[ \t]{0,80}"?image"?[ \t]{0,20}(?==|:[ \t]{0,8}"))[ \t]{0,20}[:=][ \t]{0,20}["']?(?<image>[\w${][^\s"'#,}]{0,300}[:/][^\s"'#,}]{1,100})|\bdocker[ \t]{1,8}pull[ \t]{1,8}(?:--\S{1,60}[ \t]{1,8}){0,2}["']?(?<pulled>[^\s"'#;&|]{1,300})/gm;

/** A build file inside a string of code. */
const BUILD_FILE =
  /^[ \t]{0,20}FROM[ \t]\S[^\n]{0,400}\n[^]{0,500}?^[ \t]{0,20}(?:RUN|COPY|CMD|ENTRYPOINT|WORKDIR)[ \t]/im;

const DIGEST = /@sha256:[a-f\d]{64}$/;

/** A name that is set elsewhere and holds no default to judge here. */
const VARIABLE = /^\$(?:\{\{[^}]*\}?\}?|\{?\w+\}?)$|^\{\{/;

export const imageWithoutDigest: Rule = {
  id: 'image-without-digest',
  control: 'SUPPLY-1',
  reason:
    'A tag is moved to other bytes without a trace, so the next build runs what somebody else put there.',
  wayOut: 'Add the digest (image:tag@sha256:...), and renew it with the refresh command.',
  files: NOT_A_LOCKFILE,
  // Imports say `from` too, and so does the header of managed files.
  keywords: [
    /from(?:Registry|[ \t]{1,20}(?!["']|secure-app\.json)[^ \t])|image|container|uses|docker|syntax/i,
  ],
  text: ({ path, content }) => {
    if (DOCKERFILE.test(path)) return inDockerfile(content);
    if (SOURCE_FILE.test(path)) return [];
    return [...(/\.ya?ml$/i.test(path) ? inYaml(content) : []), ...inline(content)];
  },
  syntax: (report) => ({
    ...visitImages((image, node) => {
      if (!DIGEST.test(image) && !image.endsWith(`@${HOLE}`)) report(node);
    }),
    TemplateLiteral(node) {
      const text = textOf(node) ?? '';
      if (BUILD_FILE.test(text) && inDockerfile(text).length > 0) report(node);
    },
  }),
};

function inline(content: string): number[] {
  return [...content.matchAll(INLINE)]
    .filter(({ groups }) => {
      const image = groups?.['image'] ?? groups?.['pulled'] ?? '';
      return !VARIABLE.test(image) && !DIGEST.test(image) && !PICTURE.test(image);
    })
    .map((match) => match.index + match[0].search(/\S/));
}

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
