import type { Answers } from './answers/answer.ts';
import type { Question } from './answers/questions.ts';
import type { Built } from './render/typed-builders.ts';

/** Who a file belongs to once it is on disk. */
export type Owner = 'own' | 'managed' | 'keyed';

/** One rule that gives an owner to one template path or to a whole folder of them. */
export interface FileRule {
  readonly owner: Owner;
  /** A path below `templates/<id>/`, or a folder ending in `/**`. Later rules win over earlier ones. */
  readonly pattern: string;
  /** Emits the files only for some answers. Two alternate files beat one file full of conditions. */
  readonly when?: (answers: Answers) => boolean;
  /**
   * Emits the files only while a module of this generator is in the project: they come with it and go with it, whichever
   * of the two was there first.
   */
  readonly with?: string;
}

/** Written once, the user's from then on. */
export const own = (
  pattern: string,
  options: Omit<FileRule, 'owner' | 'pattern'> = {},
): FileRule => ({
  owner: 'own',
  pattern,
  ...options,
});

/** A small index, composed anew from all modules by the seam of the same path. */
export const managed = (pattern: string): FileRule => ({ owner: 'managed', pattern });

/** A package.json: the generator owns the keys it wrote, the user owns the rest. */
export const keyed = (pattern: string): FileRule => ({ owner: 'keyed', pattern });

/** What templates and builders may know: the answers, and the names derived from them. */
export interface Facts {
  /** The module's id, and the name of its folders: `health-check-search-index`. */
  readonly module: string;
  /** What the user called it: `search-index`. Empty for generators that take no name. */
  readonly name: string;
  readonly answers: Answers;
}

export interface EnvironmentVariable {
  /** May hold the specimen name, as in `HEALTH_CHECK_ACME_SPECIMEN_BUDGET_MS`. */
  readonly name: string;
  readonly why: string;
  /** The template file that reads it; checked to contain the name. */
  readonly readBy: string;
}

/** What an index imports, where the module's code is part of the platform. */
export interface Exported {
  readonly name: string;
  /** The package path, such as `@app/platform/jobs/module`. */
  readonly from: string;
  /** It is a function that makes the entry from another index: `jobs` of `services/api/jobs.ts`. */
  readonly madeFrom?: 'jobs';
}

/** The managed indexes that a module enters itself into. */
export interface Registers {
  /** The identifier that `services/api/modules/<module>/index.ts` exports, or what a package path exports. */
  readonly api?: string | Exported;
  /** The cloud that the module brings, `aws`: `platform/src/aws/cloud.ts` exports its parts under this identifier. */
  readonly cloud?: string;
  /** The package path that exports `env`, or true for `services/api/modules/<module>/env.ts`. */
  readonly env?: true | string;
  /** The commands that the module brings, by name: the package path of the file, or its path in `services/api/`. */
  readonly commands?: Readonly<Record<string, string>>;
  /** The array of job definitions that this file exports next to the module itself, or that a package path exports. */
  readonly jobs?: string | Exported;
  /** The module has `migrations/<module>/`. */
  readonly migrations?: boolean;
  /** The identifier that `infra/modules/<module>.ts` exports: what the module asks of the cloud. */
  readonly infra?: string;
}

/** Values to set in a package.json, by dotted key: `{ 'dependencies.pg': '8.23.1' }`. */
export type PackageKeys = Readonly<Record<string, string | boolean>>;

/** What is set in which package.json, by its path. */
export type Packages = Readonly<Record<string, PackageKeys>>;

/** A generator as data: what `templates/<id>/` is for, who owns it, and what it brings along. */
export interface Generator {
  readonly id: string;
  readonly summary: string;
  /** `app` creates a project; `module` is added to one. */
  readonly kind: 'app' | 'module';
  /** Present when the generator takes a name, as in `generate health-check search-index`. */
  readonly named?: {
    readonly message: string;
    readonly example: string;
    /** The module is called by its name alone, `invoice`, and not `resource-invoice`. */
    readonly bare?: true;
    /** What is wrong with a name besides what is wrong with any, in a sentence; or undefined. */
    readonly problem?: (name: string) => string | undefined;
  };
  /**
   * What people type instead of the id: with `{ id: 'webhook', flag: 'outbound' }`, `generate webhook --outbound orders`
   * leads to this generator.
   */
  readonly variantOf?: { readonly id: string; readonly flag: string };
  /** The name used in the templates, in kebab-case; replaced by the user's in every spelling. */
  readonly specimen?: string;
  readonly questions: readonly Question[];
  /** Ids of generators that must be in the project first. Where they are not, they are added along with this one. */
  readonly requires: readonly string[];
  readonly files: readonly FileRule[];
  /**
   * Entity-shaped code, written by typed builders: emitted path (the specimen may stand in it) to builder. The template
   * of that path is what is built for the specimen and the default answers: it type-checks the rest in place, a test
   * compares it with the builder, and it is never emitted.
   */
  readonly builds?: Readonly<Record<string, (facts: Facts) => Built>>;
  /** The same for every answer, or as the answers have it. */
  readonly packages: Packages | ((answers: Answers) => Packages);
  readonly environment: readonly EnvironmentVariable[];
  readonly registers: Registers;
  /** Control ids that the module implements; each must stand in its `security/controls/<module>.json`. */
  readonly controls: readonly string[];
  /** Generators that `create` runs along with this one. */
  readonly brings?: (answers: Answers) => readonly string[];
  /** What to type next, one command or sentence each. */
  readonly nextSteps: (facts: Facts) => readonly string[];
}

/** States a generator. The registry checks it against its templates before anything is written. */
export function defineGenerator(generator: Generator): Generator {
  return generator;
}
