import packageJson from '../package.json' with { type: 'json' };

/** This package's own version, inlined when it is built. */
export const VERSION: string = packageJson.version;

/** What prose in an emitted project tells people to run. A mirror or a fork gives its own. */
export const DEFAULT_PACKAGE_SPEC = `${packageJson.name}@${VERSION}`;
