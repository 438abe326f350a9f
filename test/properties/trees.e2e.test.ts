import { seeded } from './support/seeded.ts';
import { treesHold } from './support/trees.ts';

treesHold(seeded(100));
