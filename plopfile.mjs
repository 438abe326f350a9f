import { existsSync } from 'node:fs';

/** The generators as `npx plop` shows them here; a team's own plopfile loads the same pack from the package. */
export default async function plopfile(plop) {
  const built = new URL('dist/plop.js', import.meta.url);
  if (!existsSync(built)) {
    // plop shows what a plopfile throws and then ends as if all were well.
    process.exitCode = 4;
    throw new Error('The package is not built yet: run `npm run build`.');
  }
  const { default: createSecureAppPack } = await import(built.href);
  await createSecureAppPack(plop);
}
