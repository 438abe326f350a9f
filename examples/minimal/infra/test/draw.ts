import { architecture, draw } from './architecture.ts';

draw(await architecture());
