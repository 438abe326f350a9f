import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { events } from '../logging/events.ts';
import type { Api } from '../service/module.ts';
import type { InvalidMember, ProblemCode, RefusalTold } from './problems.ts';
import {
  MOST_INVALID_MEMBERS,
  PROBLEM_TYPE,
  problemBody,
  problems,
  Refusal,
  refusals,
} from './problems.ts';

export function answerWithProblems(app: Api): void {
  app.setErrorHandler<FastifyError>(answerError);
  app.setNotFoundHandler((request, reply) => sendProblem(request, reply, 'not-found'));
}

export function answerError(error: FastifyError, request: FastifyRequest, reply: FastifyReply) {
  const problem = leftInTheMiddle(request) ? 'invalid-request' : problemOf(error);
  if (problems[problem].status >= 500) request.log.event(events.requestFailed, { err: error });
  else request.log.event(events.requestRefused, { problem, err: error });
  if (error instanceof Refusal) reply.headers(error.headers);
  return sendProblem(request, reply, problem, invalidMembers(error));
}

function sendProblem(
  request: FastifyRequest,
  reply: FastifyReply,
  code: ProblemCode,
  errors?: InvalidMember[],
) {
  refusals.publish({ problem: code } satisfies RefusalTold);
  // A handler may set a cookie and fail afterwards. The refusal must not carry that cookie.
  for (const name of ['set-cookie', 'clear-site-data']) reply.removeHeader(name);
  // Close the connection instead of reading the rest of a refused body.
  if (request.raw.complete === false) reply.header('connection', 'close');
  return reply
    .code(problems[code].status)
    .type(PROBLEM_TYPE)
    .serializer(JSON.stringify)
    .send(problemBody(code, request.id, { detail: detailOf(request, code), errors }));
}

// A route may take another media type than application/json.
function detailOf({ routeOptions }: FastifyRequest, code: ProblemCode): string | undefined {
  const { takes } = routeOptions.config;
  return code === 'unsupported-media-type' && takes ? `Send ${takes.join(' or ')}.` : undefined;
}

// A client that disconnects within its body is not an error of the service.
function leftInTheMiddle({ raw }: FastifyRequest): boolean {
  return raw.destroyed && raw.complete === false;
}

const FRAMEWORK_ERRORS: Readonly<Record<string, ProblemCode>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'body-too-large',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'unsupported-media-type',
  FST_ERR_MAX_PARAM_LENGTH: 'uri-too-long',
};

function problemOf(error: FastifyError): ProblemCode {
  if (error instanceof Refusal) return error.problem;
  const known = FRAMEWORK_ERRORS[error.code];
  if (known) return known;
  // Trust the status of an error only if Fastify made it: a library may set any status.
  const clientFault = error.code?.startsWith('FST_ERR_') && (error.statusCode ?? 500) < 500;
  return clientFault ? 'invalid-request' : 'internal';
}

interface Violation {
  readonly instancePath: string;
  readonly keyword: string;
  readonly params: { readonly requiredProperties?: readonly string[] };
}

function invalidMembers(error: FastifyError): InvalidMember[] | undefined {
  const violations = error.validation as unknown as readonly Violation[] | undefined;
  if (!violations) return undefined;
  const part = error.validationContext ?? 'body';
  const members = violations.filter(namesNoInput).flatMap(({ instancePath, keyword, params }) => {
    const missing = params.requiredProperties?.map((name) => `${instancePath}/${name}`);
    return (missing ?? [instancePath]).map((pointer) => ({ in: part, pointer, rule: keyword }));
  });
  return members.slice(0, MOST_INVALID_MEMBERS);
}

// Leave out the path of an additional member: the client chose its name. Its parent's path comes from our schema.
function namesNoInput(violation: Violation): boolean {
  return violation.keyword !== 'boolean';
}
