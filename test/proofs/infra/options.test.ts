import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Contribution } from '../../infra/components/contribution.ts';
import type { Settings } from '../../infra/settings.ts';
import { sizes } from '../../infra/settings.ts';
import type { Finding } from '../../infra/test/graph.ts';
import { REGION } from '../../infra/test/cloud.ts';
import { captureProject, everything, settingsOf } from './example.ts';
import { findingsOf } from '../../infra/test/rules.ts';

const SEED = Number(process.env['SEED'] ?? 20_260_101);
const COMBINATIONS = 64;

/** The first combinations use each value once. The others are drawn at random. */
const choices = {
  environment: ['dev', 'prod'],
  egress: ['dns-firewall', 'network-firewall'],
  authorization: ['image', 'bundle'],
  detection: [true, false],
  zones: [2, 3],
  alertEmail: [undefined, 'on-call@example.com'],
} as const;

interface Tried {
  readonly combination: string;
  readonly findings: readonly Finding[];
  readonly secretOutputs: readonly string[];
}

async function tryMany(): Promise<readonly Tried[]> {
  const tried = new Map<string, Tried>();
  const draw = drawing(SEED);
  for (let turn = 0; tried.size < COMBINATIONS && turn < COMBINATIONS * 20; turn++) {
    const [settings, modules] = [settingsAt(turn, draw), modulesFor(draw)];
    const { project: _project, images: _images, size: _size, ...shown } = settings;
    const combination = JSON.stringify([shown, modules.map(({ module }) => module)]);
    if (tried.has(combination)) continue;
    const { graph, secretOutputs } = await captureProject(settings, modules);
    tried.set(combination, { combination, findings: findingsOf(graph), secretOutputs });
  }
  return [...tried.values()];
}

function settingsAt(turn: number, draw: (below: number) => number): Settings {
  const at = <Values extends readonly unknown[]>(values: Values): Values[number] =>
    values[turn < 3 ? turn % values.length : draw(values.length)];
  const environment = at(choices.environment);
  const egress = at(choices.egress);
  const alertEmail = at(choices.alertEmail);
  const letters = ['a', 'b', 'c'].slice(0, at(choices.zones));
  const { alertEmail: _none, ...rest } = settingsOf({
    environment,
    size: sizes[environment],
    egress,
    authorization: at(choices.authorization),
    detection: at(choices.detection),
    zones: letters.map((letter) => `${REGION}${letter}`),
  });
  return { ...rest, ...(alertEmail !== undefined && { alertEmail }) };
}

/** A random choice of modules: always the app, and none that needs a program of another module that is missing. */
function modulesFor(draw: (below: number) => number): readonly Contribution[] {
  let chosen = everything.filter(({ module }) => module === 'app' || draw(2) === 1);
  for (let before = -1; before !== chosen.length;) {
    before = chosen.length;
    const programs = chosen.flatMap((one) => one.programs ?? []).map(({ id }) => id);
    chosen = chosen.filter((one) => programsOf(one).every((id) => programs.includes(id)));
  }
  return chosen;
}

function programsOf({ alarms = [], grants = [], callsChosen = [], programs = [] }: Contribution) {
  return [
    ...alarms.map(({ program }) => program),
    ...grants.filter(({ ifThere }) => !ifThere).map(({ role }) => role.replace(/:start$/, '')),
    ...callsChosen,
    ...programs.flatMap(({ listens }) => listens?.from ?? []),
  ];
}

/** A seeded generator of random numbers: mulberry32. */
function drawing(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

// Captured before any test: the runner follows every promise within a test, and a capture has tens of thousands.
const tried = await tryMany();

test(`${COMBINATIONS} combinations of settings and modules break no rule, seed ${SEED} (SUPPLY-5)`, () => {
  assert.equal(tried.length, COMBINATIONS);
  const broken = tried.filter(
    ({ findings, secretOutputs }) => findings.length + secretOutputs.length > 0,
  );
  assert.deepEqual(broken, []);
});
