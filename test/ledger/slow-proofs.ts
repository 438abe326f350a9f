/** Files of this repository that a verdict depends on: their bytes, or only which of them there are. */
interface Input {
  readonly what: 'bytes' | 'names';
  readonly of: RegExp;
}

const bytes = (of: RegExp): Input => ({ what: 'bytes', of });

/** What makes the command, and decides which files it writes. What stands in them is not part of it. */
const ENGINE = [
  bytes(
    /^(?:src|generators|runtime|templates\/app\/platform\/src\/secret-shapes)\/.*\.(?:ts|json)$/,
  ),
  bytes(
    /^scripts\/(?:build|bundle|emit-types|import-source|licences|pack|package-files|sbom|third-party)/,
  ),
  { what: 'names', of: /^templates\// },
] as const satisfies readonly Input[];

/** What judges a text for its secrets. */
const SECRETS = bytes(
  /^(?:src\/guard\/|templates\/app\/platform\/src\/(?:secret-shapes|logging\/masking))/,
);

/** Every byte that can be emitted. */
const TEMPLATES = bytes(/^templates\//);

/** What npm reads of a project. */
const LOCKS = bytes(/^templates\/(?:.+\/)?(?:package(?:-lock)?\.json|\.npmrc)$/);

/** The service as it runs: the golden tree of `full` without its tests, which holds every module of the service. */
const SERVICE = bytes(
  /^examples\/full\/(?:package(?:-lock)?\.json|(?:migrations|platform|policies|security|services)\/(?!.*\.test\.ts$))/,
);

/** The same where a proof runs tests of the service, which need more than a service that runs. */
const SERVICE_TESTS = bytes(
  /^templates\/(?:package-lock\.json|[^/]+\/(?:.*package\.json|(?:migrations|platform|policies|security|services|test)\/))/,
);

const INFRA = bytes(/^examples\/[^/]+\/(?:package(?:-lock)?\.json|infra\/)/);

/** The golden trees, with what is derived from them. */
const EXAMPLES = bytes(/^examples\//);

export interface SlowProof {
  /** Beside the test file with everything that it imports, and the packages of this repository. */
  readonly inputs: readonly Input[];
  /** Runs at a small size even when it does not have to run: `sizeOf` in the test file. */
  readonly isSized?: boolean;
}

/** The proofs that run, or run at full size, only when something that they depend on has changed. By test file. */
export const SLOW_PROOFS: Readonly<Record<string, SlowProof>> = {
  // Whether a run that is killed or runs out of disk is undone depends on the files' names, not on their bytes.
  'test/e2e/faults/disk.test.ts': { inputs: ENGINE },
  'test/e2e/faults/every-step.test.ts': { inputs: ENGINE },
  'test/e2e/killed.test.ts': { inputs: ENGINE, isSized: true },
  'test/e2e/nodes.test.ts': { inputs: [...ENGINE, bytes(/^test\/e2e\/nodes\//)] },
  'test/properties/plans.e2e.test.ts': { inputs: [...ENGINE, LOCKS] },
  'test/properties/removal.e2e.test.ts': { inputs: ENGINE },
  'test/properties/trees.e2e.test.ts': { inputs: [...ENGINE, TEMPLATES] },

  'test/guard/hostile-texts.e2e.test.ts': { inputs: [SECRETS] },
  'test/regexes/regexes.e2e.test.ts': {
    inputs: [bytes(/^(?:src|generators|templates|scripts)\/.*\.(?:m?ts|mjs|json)$/)],
  },

  'test/lock/npm.e2e.test.ts': { inputs: [LOCKS] },
  'test/e2e/locks.test.ts': { inputs: [...ENGINE, LOCKS] },
  'test/e2e/npms.test.ts': { inputs: [LOCKS, bytes(/^test\/e2e\/npms\//)] },
  'test/properties/install.e2e.test.ts': { inputs: [LOCKS] },

  'test/examples/emitted.e2e.test.ts': { inputs: [...ENGINE, TEMPLATES] },
  'test/properties/suite.e2e.test.ts': { inputs: [...ENGINE, TEMPLATES] },
  'test/e2e/infra.test.ts': { inputs: [INFRA] },
  'test/e2e/scanners.test.ts': {
    inputs: [
      EXAMPLES,
      bytes(/^test\/e2e\/scanners\//),
      bytes(/^scripts\/(?:check(?:ers\.sh|ov-requirements\.txt)|scan-examples\.sh)$/),
    ],
  },
  'test/e2e/proofs.test.ts': { inputs: [...ENGINE, TEMPLATES, bytes(/^test\/proofs\//)] },

  'test/e2e/audit-under-fire.test.ts': { inputs: [SERVICE], isSized: true },
  'test/e2e/aws.test.ts': {
    inputs: [SERVICE_TESTS, bytes(/^scripts\/(?:with-moto\.sh|moto-requirements\.txt)$/)],
  },
  'test/e2e/image.test.ts': { inputs: [SERVICE, INFRA] },
  'test/e2e/jobs-under-fire.test.ts': { inputs: [SERVICE], isSized: true },
  'test/e2e/locked.test.ts': { inputs: [SERVICE_TESTS] },
  'test/e2e/rotation.test.ts': { inputs: [SERVICE] },
  'test/e2e/webhooks-under-fire.test.ts': { inputs: [SERVICE], isSized: true },
};
