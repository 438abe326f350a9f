// import.meta.main came with 24.2: a script that asks for it would do nothing on an older Node, and pass.
const OLDEST = [24, 2] as const;

/** One sentence when this Node is too old to run the service, nothing when it is fine. */
export function nodeVersionProblem(version: string = process.versions.node): string | undefined {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1])) return undefined;
  return `Node ${OLDEST.join('.')} or newer is needed to run this service; this is ${version}.`;
}
