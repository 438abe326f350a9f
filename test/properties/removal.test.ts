import { additionsAreUndone } from './support/on-disk.ts';
import { seeded } from './support/seeded.ts';

additionsAreUndone(seeded(1));
