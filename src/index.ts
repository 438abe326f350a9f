/**
 * The generator as a library. Every function does what the command of its name does; expected failures are
 * {@link UserError}s with a stable `code`, the exit code of the command, and the way out.
 *
 * @example
 * import { create, generate } from 'create-secure-app';
 * await create({ directory: 'my-app', answers: { description: 'Keeps invoices.' } });
 * await generate({ directory: 'my-app', generator: 'health-check', name: 'search-index' });
 *
 * @module
 */
import { shippedCatalogue } from './shipped.ts';
import { type CreateRequest, type Created, createProject } from './operations/create.ts';
import { type Changed } from './operations/change-project.ts';
import { type GenerateRequest, generateModule } from './operations/generate.ts';
import { type RemoveRequest, removeModule } from './operations/remove.ts';

/** Decides what `create` would write, with every check passed and nothing written. */
export async function plan(request: CreateRequest): Promise<Created> {
  return createProject({ ...request, dryRun: true }, await shippedCatalogue());
}

/** Creates a project in a folder that does not exist, is empty, or holds only `.git`. Nothing is installed. */
export async function create(request: CreateRequest): Promise<Created> {
  return createProject(request, await shippedCatalogue());
}

/** Adds a module to a project; running it again changes nothing. */
export async function generate(request: GenerateRequest): Promise<Changed> {
  return generateModule(request, await shippedCatalogue());
}

/** Removes a module: the mirror of {@link generate}. */
export async function remove(request: RemoveRequest): Promise<Changed> {
  return removeModule(request, await shippedCatalogue());
}

export { UserError, EXIT, type ExitCode } from './errors.ts';
export { GuardError } from './operations/prepare.ts';
export type { Finding } from './guard/index.ts';
export type { Change } from './project/changes.ts';
export type { Changed, Created, CreateRequest, GenerateRequest, RemoveRequest };
export type { Plan, PlannedFile, Source } from './plan/plan.ts';
export {
  defineGenerator,
  keyed,
  managed,
  own,
  type EnvironmentVariable,
  type Facts,
  type FileRule,
  type Generator,
  type Owner,
  type Registers,
} from './define-generator.ts';
export type { Answers, AnswerValue } from './answers/answer.ts';
export type { Question } from './answers/questions.ts';
export { cedar, identifier, query, sql, ts, type Built } from './render/typed-builders.ts';
