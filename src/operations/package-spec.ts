import { EXIT, UserError } from '../errors.ts';
import { DEFAULT_PACKAGE_SPEC } from '../version.ts';

/** `name@1.2.3` or `@scope/name@1.2.3`: a name alone would run whatever is newest on the day it is typed. */
const EXACT_SPEC =
  /^(?:@[a-z0-9][a-z0-9._-]*\/)?[a-z0-9][a-z0-9._-]*@\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?$/;

/** @throws UserError `E_PACKAGE_SPEC` */
export function packageSpecOr(given: string | undefined): string {
  const spec = given ?? DEFAULT_PACKAGE_SPEC;
  if (spec.length <= 214 && EXACT_SPEC.test(spec)) return spec;
  throw new UserError(
    'E_PACKAGE_SPEC',
    EXIT.usage,
    'The package spec must be a package name with an exact version.',
    `Give one such as ${DEFAULT_PACKAGE_SPEC}.`,
  );
}
