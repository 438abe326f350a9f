// Loaded into the command by `node --import`: makes the n-th change to the disk go wrong. The product knows nothing of it.
import fs from 'node:fs';
import { spawnSync } from 'node:child_process';
import { syncBuiltinESMExports } from 'node:module';

/** @type {{ at: number, kill?: boolean, signal?: string, fail?: string, cut?: boolean, run?: string[], shift?: number, log?: string }} */
const fault = JSON.parse(process.env.FAULT ?? '{"at":0}');
// A command that the fault runs must not have it too.
delete process.env.FAULT;
delete process.env.NODE_OPTIONS;

/** What takes room on a disk; the others must work on a full one. */
const NEEDS_ROOM = new Set(['openSync', 'writeSync', 'writeFileSync', 'mkdirSync', 'copyFileSync']);
const OTHERS = ['fsyncSync', 'renameSync', 'rmSync', 'rmdirSync'];

let calls = 0;
let full = false;
const { writeSync } = fs;
const log = fault.log && fs.openSync(fault.log, 'a');

for (const name of [...NEEDS_ROOM, ...OTHERS]) {
  const real = fs[name];
  fs[name] = (...args) => {
    if (name === 'openSync' && !/[wa+]/.test(String(args[1]))) return real(...args);
    calls += 1;
    if (log) writeSync(log, `${name}\n`);
    if (calls === fault.at) strike();
    const made = name === 'mkdirSync' && fs.existsSync(args[0]);
    if (full && NEEDS_ROOM.has(name) && !made)
      throw Object.assign(new Error(fault.fail), { code: fault.fail });
    return real(...args);
  };
}
syncBuiltinESMExports();

function strike() {
  if (fault.kill) process.kill(process.pid, 'SIGKILL');
  if (fault.signal) process.kill(process.pid, fault.signal);
  if (fault.fail) full = true;
  if (fault.run) spawnSync(fault.run[0], fault.run.slice(1), { stdio: 'ignore' });
  if (fault.shift) shiftClock(fault.shift);
}

function shiftClock(milliseconds) {
  const { now } = Date;
  Date.now = () => now() + milliseconds;
}
