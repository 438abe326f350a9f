import { small } from './support/seeded.ts';
import { treesHold } from './support/trees.ts';

treesHold(small(2));
