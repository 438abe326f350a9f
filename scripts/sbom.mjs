import { createHash } from 'node:crypto';

const COVERS =
  'The npm packages whose code is bundled into dist/*.js; each hash is of the package as published. ' +
  'What a generated project installs is not part of this package: its own package-lock.json, cut from ' +
  'dist/superset.json.gz, names that with integrity hashes.';

/**
 * The bill of materials of the package, in CycloneDX 1.6. The same packages make the same bytes: no time, and a serial
 * number that follows from the content.
 *
 * @param manifest our package.json
 * @param packages what `bundledPackages` found
 */
export function printSbom(manifest, packages) {
  const root = componentOf(manifest);
  const content = {
    version: 1,
    metadata: {
      component: { type: 'application', ...root },
      properties: [{ name: 'create-secure-app:covers', value: COVERS }],
    },
    components: unique(packages.map(libraryOf)),
    dependencies: [
      { ref: root['bom-ref'], dependsOn: askedFor(manifest.devDependencies, packages) },
      ...unique(packages.map((one) => dependenciesOf(one, packages))),
    ],
    compositions: [{ aggregate: 'complete', assemblies: [root['bom-ref']] }],
  };
  const sbom = {
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    serialNumber: `urn:uuid:${uuidOf(JSON.stringify(content))}`,
    ...content,
  };
  return `${JSON.stringify(sbom, null, 2)}\n`;
}

function libraryOf({ integrity, ...one }) {
  const digest = Buffer.from(integrity.slice('sha512-'.length), 'base64').toString('hex');
  return {
    type: 'library',
    ...componentOf(one),
    scope: 'required',
    hashes: [{ alg: 'SHA-512', content: digest }],
  };
}

function componentOf({ name, version, license }) {
  const [plain, group] = name.split('/').reverse();
  const purl = purlOf({ name, version });
  return {
    'bom-ref': purl,
    ...(group === undefined ? {} : { group }),
    name: plain,
    version,
    licenses: [/[ (]/.test(license) ? { expression: license } : { license: { id: license } }],
    purl,
  };
}

function purlOf({ name, version }) {
  return `pkg:npm/${name.replace('@', '%40')}@${version}`;
}

/** What our own code asks for: the packages at the top of node_modules that package.json names. */
function askedFor(names, packages) {
  const refs = packages
    .filter(({ folder, name }) => name in names && folder === `node_modules/${name}`)
    .map(purlOf);
  return [...new Set(refs)].sort();
}

function dependenciesOf(one, packages) {
  const refs = one.asks
    .map((name) => nearest(one.folder, name, packages))
    .filter((found) => found !== undefined)
    .map(purlOf);
  return { ref: purlOf(one), dependsOn: [...new Set(refs)].sort() };
}

/** Node's resolution: the nearest node_modules upwards that holds the name. */
function nearest(from, name, packages) {
  for (let folder = `${from}/`; ; folder = folder.slice(0, folder.lastIndexOf('node_modules/'))) {
    const found = packages.find((one) => one.folder === `${folder}node_modules/${name}`);
    if (found !== undefined || folder === '') return found;
  }
}

/** One version can lie in several folders. */
function unique(items) {
  const byRef = new Map(items.map((item) => [item['bom-ref'] ?? item.ref, item]));
  return [...byRef.values()].sort((a, b) => ((a.purl ?? a.ref) < (b.purl ?? b.ref) ? -1 : 1));
}

/** A UUID of version 8 (RFC 9562): made from content, in a way of our own. */
function uuidOf(content) {
  const hex = createHash('sha256').update(content).digest('hex');
  const variant = ((Number.parseInt(hex.charAt(16), 16) & 0x3) | 0x8).toString(16);
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `${variant}${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join('-');
}
