const OLDEST_MAJOR = 24;

/** One sentence when this Node is too old to run the service, nothing when it is fine. */
export function nodeVersionProblem(version: string = process.versions.node): string | undefined {
  const major = Number.parseInt(version, 10);
  if (major >= OLDEST_MAJOR) return undefined;
  return `Node ${OLDEST_MAJOR} or newer is needed to run this service; this is ${version}.`;
}
