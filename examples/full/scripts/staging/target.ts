const LOOPBACK: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '[::1]']);

export function isLoopback({ hostname }: URL): boolean {
  return LOOPBACK.has(hostname);
}

export function problemOfTarget(url: URL): string | undefined {
  if (url.username !== '' || url.password !== '')
    return 'Leave credentials out: none are ever sent.';
  if (url.pathname !== '/' || url.search !== '' || url.hash !== '') return 'Name the origin only.';
  if (url.protocol === 'https:') return undefined;
  if (url.protocol === 'http:' && isLoopback(url)) return undefined;
  return 'Only https is verified; plain http only on this machine.';
}
