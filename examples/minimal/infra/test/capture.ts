import * as pulumi from '@pulumi/pulumi';
import { specialSecretSig, specialSigKey } from '@pulumi/pulumi/runtime/rpc.js';
import { disconnect, getMonitor } from '@pulumi/pulumi/runtime/settings.js';
import { arnOf, createResource, idOf } from './cloud.ts';
import type { Graph, Json, Node } from './graph.ts';

/** Pulumi notes the stack trace of each resource, which is half of the time of a capture. */
Error.stackTraceLimit = 0;

export interface Captured {
  readonly graph: Graph;
  readonly outputs: { readonly [name: string]: Json };
  readonly secretOutputs: readonly string[];
}

interface CaptureConfig {
  readonly config?: Readonly<Record<string, string>>;
  /** Keys of `config` that the stack holds as secrets: `app:token`. */
  readonly secretKeys?: readonly string[];
}

/**
 * Runs a program as `pulumi up` would, against a cloud that creates everything: nothing leaves the process.
 *
 * Pulumi's mocks see the inputs of a resource, but neither its options nor its secrets. The request to the
 * monitor has both, so the monitor is wrapped. It and the mark of a secret (runtime/settings, runtime/rpc) are
 * internals: package.json pins the version.
 */
export async function capture(
  program: () => Promise<pulumi.Inputs> | pulumi.Inputs,
  { config = {}, secretKeys = [] }: CaptureConfig = {},
): Promise<Captured> {
  const faults: unknown[] = [];
  pulumi.runtime.setAllConfig({ ...config }, [...secretKeys]);
  await pulumi.runtime.setMocks(
    { call: lookUp(faults), newResource: createResource },
    'app',
    'test',
    false,
  );
  const nodes = watchMonitor(faults);
  let returned: Json = {};
  await pulumi.runtime.runInPulumiStack(async () => {
    try {
      returned = await pulumi.runtime.serializeProperties('outputs', await program());
    } catch (fault) {
      faults.push(fault);
    }
    return {};
  });
  await disconnect();
  if (faults.length > 0) throw faults[0];
  const { value, secretPaths } = unmarked(returned);
  return {
    graph: [...nodes.values()].toSorted((a, b) => (a.urn < b.urn ? -1 : 1)),
    outputs: value as Captured['outputs'],
    secretOutputs: secretPaths,
  };
}

type Monitor = NonNullable<ReturnType<typeof getMonitor>>;
type Request = Parameters<Monitor['registerResource']>[0];
type Answer = (error: Error | null, response: { getUrn(): string } | undefined) => void;

function watchMonitor(faults: unknown[]): ReadonlyMap<string, Node> {
  const monitor = getMonitor() as unknown as {
    registerResource: (request: Request, answer: Answer) => unknown;
  };
  const nodes = new Map<string, Node>();
  const register = monitor.registerResource.bind(monitor);
  monitor.registerResource = (request, answer) =>
    register(request, (error, response) => {
      const urn = response?.getUrn() ?? '';
      if (nodes.has(urn)) faults.push(new Error(`two resources of one name: ${urn}`));
      if (urn !== '') nodes.set(urn, nodeOf(request, urn));
      answer(error, response);
    });
  return nodes;
}

/** An error in a lookup inside Pulumi would end the process, so it is thrown at the end of the capture. */
function lookUp(faults: unknown[]) {
  return ({ token }: pulumi.runtime.MockCallArgs): Record<string, unknown> => {
    faults.push(new Error(`${token} is looked up in the cloud: put a fixed value here`));
    return {};
  };
}

function nodeOf(request: Request, urn: string): Node {
  const { value, secretPaths } = unmarked((request.getObject()?.toJavaScript() ?? {}) as Json);
  const inputs = value as Node['inputs'];
  const [type, name, custom] = [request.getType(), request.getName(), request.getCustom()];
  return {
    urn,
    type,
    name,
    parent: request.getParent(),
    custom,
    inputs,
    id: custom ? idOf(type, name, inputs) : '',
    arn: custom ? arnOf(type, name, inputs) : '',
    secretPaths,
    options: {
      protect: request.getProtect() ?? false,
      retainOnDelete: request.getRetainondelete() ?? false,
      ignoreChanges: request.getIgnorechangesList(),
    },
  };
}

/** Removes the marks of secrets and returns their paths. */
function unmarked(marked: Json): { value: Json; secretPaths: readonly string[] } {
  const secretPaths: string[] = [];
  const visit = (value: Json, path: string): Json => {
    if (Array.isArray(value)) return value.map((item, index) => visit(item, `${path}.${index}`));
    if (typeof value !== 'object' || value === null) return value;
    const fields = value as { readonly [property: string]: Json };
    if (fields[specialSigKey] === specialSecretSig) {
      secretPaths.push(path);
      return visit(fields['value'] ?? null, path);
    }
    const prefix = path === '' ? '' : `${path}.`;
    return Object.fromEntries(
      Object.entries(fields).map(([key, inner]) => [key, visit(inner, `${prefix}${key}`)]),
    );
  };
  return { value: visit(marked, ''), secretPaths };
}
