import { readHosts } from '../components/hosts.ts';
import { contributions } from '../modules.ts';
import { build } from '../components/program.ts';
import type { Settings } from '../settings.ts';
import { sizes } from '../settings.ts';
import type { Captured } from './capture.ts';
import { capture } from './capture.ts';
import { ACCOUNT, REGION } from './cloud.ts';

const programs = contributions.flatMap(({ programs: own = [] }) => own);

/** With every option that creates a resource. */
export const settings: Settings = settingsOf({});

export function settingsOf(given: Partial<Settings>): Settings {
  const environment = given.environment ?? 'prod';
  return {
    project: 'shop',
    environment,
    region: REGION,
    accountId: ACCOUNT,
    domain: 'api.example.com',
    certificateArn: `arn:aws:acm:${REGION}:${ACCOUNT}:certificate/0b6c1b1c-8a5e-4a39-9d0e-3f6f2b8f0001`,
    images: Object.fromEntries(programs.map(({ service }) => [service, imageOf(service)])),
    egress: 'dns-firewall',
    aliases: [],
    authorization: 'bundle',
    detection: true,
    zones: ['a', 'b'].map((letter) => `${REGION}${letter}`),
    alertEmail: 'on-call@example.com',
    size: sizes[environment],
    ...given,
  };
}

/** The graph of this project, as `pulumi up` would deploy it. `beside` declares further resources. */
export function captureProject(
  wanted: Settings = settings,
  beside: () => void = () => undefined,
): Promise<Captured> {
  return capture(() => {
    const outputs = build(wanted, contributions, readHosts());
    beside();
    return { ...outputs };
  });
}

export function imageOf(service: string): string {
  return `${ACCOUNT}.dkr.ecr.${REGION}.amazonaws.com/shop/${service}@sha256:${'5c'.repeat(32)}`;
}
