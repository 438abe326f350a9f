import type { Node, TSImportType } from '@babel/types';
import { dirname, join } from 'node:path/posix';
import { parseSource } from '../../../src/guard/syntax/parse.ts';
import { walk } from '../../../src/guard/syntax/walk.ts';

const PLATFORM = '@app/platform/';
const SOURCE = /\.[cm]?[jt]s$/;

type Graph = ReadonlyMap<string, Set<string>>;

/**
 * The import cycles of an emitted project, each as a chain of paths that ends where it begins. Type-only imports count: a
 * reader follows them too. Cycles that share an import are told one at a time, the shortest first; where there is a cycle,
 * there is a chain.
 *
 * @param files their text by path below the project's root, with `/` between folders
 */
export async function importCycles(files: ReadonlyMap<string, string>): Promise<string[]> {
  const graph = new Map<string, Set<string>>();
  for (const [path, text] of files) {
    if (!SOURCE.test(path)) continue;
    const targets = (await importsOf(path, text)).map((specifier) => fileOf(specifier, path));
    graph.set(path, new Set(targets.filter((target) => files.has(target)).toSorted()));
  }
  const chains: string[] = [];
  let cycles = cyclesFrom(graph, [...graph.keys()].toSorted());
  for (let [cycle] = cycles; cycle; [cycle] = cycles) {
    chains.push([...cycle, cycle[0]].join(' -> '));
    for (const [at, file] of cycle.entries())
      graph.get(file)?.delete(cycle[(at + 1) % cycle.length] ?? '');
    cycles = cyclesFrom(graph, cycles.map(([start = '']) => start).toSorted());
  }
  return chains;
}

/** A shortest cycle through each of these files that is in one. The shortest of all comes first. */
function cyclesFrom(graph: Graph, starts: readonly string[]): (readonly string[])[] {
  const cycles = starts.flatMap((start) => {
    const cycle = shortestCycle(graph, start);
    return cycle ? [cycle] : [];
  });
  return cycles.toSorted((one, other) => one.length - other.length);
}

/** Static imports and exports, and the types that are imported within an expression. */
async function importsOf(path: string, text: string): Promise<string[]> {
  const program = await parseSource(path, text);
  if (program?.type !== 'Program') throw new Error(`${path} does not parse.`);
  const specifiers = program.body.flatMap((statement) =>
    'source' in statement && statement.source ? [statement.source.value] : [],
  );
  return [...specifiers, ...importedTypes(program)];
}

function importedTypes(program: Node): string[] {
  const found: string[] = [];
  const report = (type: TSImportType): void => {
    const { source } = type;
    if (source.type === 'StringLiteral') found.push(source.value);
  };
  walk(program, [{ TSImportType: report }]);
  return found;
}

function fileOf(specifier: string, importer: string): string {
  if (specifier.startsWith(PLATFORM)) return `platform/src/${specifier.slice(PLATFORM.length)}.ts`;
  return specifier.startsWith('.') ? join(dirname(importer), specifier) : '';
}

/** Breadth first, so the first way back is a shortest one. */
function shortestCycle(graph: Graph, start: string): readonly string[] | undefined {
  const cameFrom = new Map<string, string>();
  const waiting = [start];
  for (let file = waiting.shift(); file !== undefined; file = waiting.shift()) {
    for (const target of graph.get(file) ?? []) {
      if (target === start) return wayTo(file, cameFrom);
      if (cameFrom.has(target)) continue;
      cameFrom.set(target, file);
      waiting.push(target);
    }
  }
  return undefined;
}

function wayTo(last: string, cameFrom: ReadonlyMap<string, string>): string[] {
  const way: string[] = [];
  for (let file: string | undefined = last; file !== undefined; file = cameFrom.get(file))
    way.unshift(file);
  return way;
}
