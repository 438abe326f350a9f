import { fork } from 'node:child_process';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { EMITTED_NODE, ENVIRONMENT } from '../place.mjs';

const REPORTER = fileURLToPath(new URL('report-usage.mjs', import.meta.url));
const PATIENCE_MS = 60_000;

/**
 * A server in a process of its own, on the Node of emitted projects. Its output goes nowhere, as cheaply as it can.
 *
 * @param {string} script
 * @param {readonly string[]} args
 * @param {string} cwd
 * @param {NodeJS.ProcessEnv} env
 */
export function startServer(script, args, cwd, env) {
  const child = fork(script, args, {
    cwd,
    env: { ...ENVIRONMENT, ...env },
    execPath: EMITTED_NODE,
    execArgv: ['--import', REPORTER],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const ask = async () => {
    child.send('usage');
    return /** @type {number} */ (await message(child, 'cpu'));
  };
  const stop = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGTERM');
    const impatience = setTimeout(() => child.kill('SIGKILL'), PATIENCE_MS);
    await ended;
    clearTimeout(impatience);
  };
  return { cpu: ask, stop, told: (/** @type {string} */ name) => message(child, name) };
}

/**
 * The next message that has this member.
 *
 * @param {import('node:child_process').ChildProcess} child
 * @param {string} name
 */
function message(child, name) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => finish(new Error(`No ${name} from the server.`)), PATIENCE_MS);
    const onExit = () => finish(new Error('The server ended.'));
    const onMessage = (/** @type {any} */ value) => {
      if (Object.hasOwn(value, name)) finish(undefined, value[name]);
    };
    const finish = (/** @type {Error | undefined} */ error, /** @type {unknown} */ value) => {
      clearTimeout(timer);
      child.off('exit', onExit).off('message', onMessage);
      if (error) reject(error);
      else resolve(value);
    };
    child.once('exit', onExit).on('message', onMessage);
  });
}

/** @returns {Promise<number>} */
export function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer().on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
      server.close(() => resolve(port));
    });
  });
}
