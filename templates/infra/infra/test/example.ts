import type { Contribution } from '../components/contribution.ts';
import type { Hosts } from '../components/hosts.ts';
import { readHosts } from '../components/hosts.ts';
import { contributions } from '../modules.ts';
import { build } from '../components/program.ts';
import type { Settings } from '../settings.ts';
import { sizes } from '../settings.ts';
import type { Captured } from './capture.ts';
import { capture } from './capture.ts';
import { ACCOUNT, REGION } from './cloud.ts';
import { payments } from './fixtures/payments.ts';
import { signIn } from './fixtures/sign-in.ts';

/** What the project has, and what is going to come through the same door. */
export const everything: readonly Contribution[] = [...contributions, signIn, payments];

/** Every option of it that creates something. */
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
    images: { api: image('api'), payments: image('payments') },
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

export function captureProject(
  wanted: Settings = settings,
  modules: readonly Contribution[] = everything,
  beside: () => void = () => undefined,
): Promise<Captured> {
  return capture(() => {
    const outputs = build(wanted, modules, hostsOf(modules));
    beside();
    return { ...outputs };
  });
}

/** What the shards of these modules list; payments have a provider. */
export function hostsOf(modules: readonly Contribution[]): Hosts {
  const listed = readHosts();
  const isHere = ({ module }: { readonly module: string }) =>
    modules.some((one) => one.module === module);
  const provider = { module: 'payments', host: 'api.provider.example', ports: [443] };
  return {
    public: [...listed.public, provider].filter(isHere),
    vpc: listed.vpc.filter(isHere),
    chosen: listed.chosen.filter(isHere),
  };
}

function image(service: string): string {
  return `${ACCOUNT}.dkr.ecr.${REGION}.amazonaws.com/shop/${service}@sha256:${'5c'.repeat(32)}`;
}
