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

/** Data that was made from a project which is no package of ours. Its licence file says from which. */
async function derivedPatterns(root) {
  const file = 'templates/app/platform/src/secret-shapes/provider-patterns.licence.txt';
  const licence = await readFile(join(root, file), 'utf8');
  return `${RULE}\nProvider patterns derived from gitleaks (MIT)\n${RULE}\n\n${licence.trim()}\n`;
}

async function texts(folder) {
  const names = (await readdir(folder)).filter((name) => LICENCE_FILE.test(name)).sort();
  const files = await Promise.all(names.map((name) => readFile(join(folder, name), 'utf8')));
  return files.length === 0
    ? 'The package ships no licence text of its own.\n'
    : files.map((text) => `${text.replaceAll('\r\n', '\n').trim()}\n`).join('\n');
}
