import { additionsAreUndone } from './support/on-disk.ts';
import { small } from './support/seeded.ts';

additionsAreUndone(small(1));
