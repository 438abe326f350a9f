import type { Contribution } from '../../infra/components/contribution.ts';
import type { Hosts } from '../../infra/components/hosts.ts';
import { readHosts } from '../../infra/components/hosts.ts';
import { contributions } from '../../infra/modules.ts';
import { build } from '../../infra/components/program.ts';
import type { Settings } from '../../infra/settings.ts';
import type { Captured } from '../../infra/test/capture.ts';
import { capture } from '../../infra/test/capture.ts';
import { imageOf, settingsOf as projectSettingsOf } from '../../infra/test/example.ts';
import { payments } from './modules/payments.ts';
import { signIn } from './modules/sign-in.ts';

/** The modules of the project, and two that exercise what no module has yet: a second segment, and mail. */
export const everything: readonly Contribution[] = [...contributions, signIn, payments];

export const settings: Settings = settingsOf({});

export function settingsOf(given: Partial<Settings>): Settings {
  const images = { api: imageOf('api'), payments: imageOf('payments') };
  return projectSettingsOf({ images, ...given });
}

export function captureProject(
  wanted: Settings = settings,
  modules: readonly Contribution[] = everything,
): Promise<Captured> {
  return capture(() => ({ ...build(wanted, modules, hostsOf(modules)) }));
}

/** The hosts that these modules list. Payments have a provider. */
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
