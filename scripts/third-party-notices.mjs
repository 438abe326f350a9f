import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

const LICENCE_FILE = /^(licen[cs]e|copying|notice)([-.].*)?$/i;
const RULE = '-'.repeat(78);

/** Names, licences and licence texts of the packages whose code or data is in the bundle. */
export async function notices(root, packages) {
  const parts = [await derivedPatterns(root)];
  for (const { folder, name, version, license } of packages) {
    parts.push(
      `${RULE}\n${name} ${version} (${license})\n${RULE}\n\n${await texts(join(root, folder))}`,
    );
  }
  return `create-secure-app contains code of the following packages.\n\n${parts.join('\n')}`;
}

/** Data that was made from a project which is no package of ours. */
async function derivedPatterns(root) {
  const folder = join(root, 'templates/app/platform/src/secret-shapes');
  const { source } = JSON.parse(await readFile(join(folder, 'provider-patterns.json')));
  const licence = await readFile(join(folder, 'provider-patterns.licence.txt'), 'utf8');
  const title = `Provider patterns derived from ${source.repository} at ${source.commit} (${source.licence})`;
  return `${RULE}\n${title}\n${RULE}\n\n${licence.trim()}\n`;
}

async function texts(folder) {
  const names = (await readdir(folder)).filter((name) => LICENCE_FILE.test(name)).sort();
  const files = await Promise.all(names.map((name) => readFile(join(folder, name), 'utf8')));
  return files.length === 0
    ? 'The package ships no licence text of its own.\n'
    : files.map((text) => `${text.replaceAll('\r\n', '\n').trim()}\n`).join('\n');
}
