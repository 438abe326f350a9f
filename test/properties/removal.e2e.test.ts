import { additionsAreUndone } from './support/on-disk.ts';
import { full } from './support/seeded.ts';

additionsAreUndone(full(40));
