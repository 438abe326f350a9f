import fc from 'fast-check';
import { FIELD_TYPES, MAX_FIELDS, fieldsProblem } from '../../../generators/resource/fields.ts';

const name = fc
  .stringMatching(/^[a-z][a-z0-9]{0,12}(?:_[a-z][a-z0-9]{0,12}){0,2}$/)
  .filter((text) => text.length <= 40 && fieldsProblem(`${text}:text`) === undefined);

/** Every list of fields that a resource may have. */
export const fieldLists: fc.Arbitrary<string> = fc
  .uniqueArray(fc.tuple(name, fc.constantFrom(...FIELD_TYPES), fc.constantFrom('', '?')), {
    minLength: 1,
    maxLength: MAX_FIELDS,
    selector: ([field]) => field,
  })
  .map((fields) => fields.map(([field, type, mark]) => `${field}:${type}${mark}`).join(','));
