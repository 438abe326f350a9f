import { full } from './support/seeded.ts';
import { treesHold } from './support/trees.ts';

treesHold(full(100));
