import { mkdirSync, writeFileSync } from 'node:fs';
import { ARCHITECTURE, architecture } from './architecture.ts';

mkdirSync(new URL('./', ARCHITECTURE), { recursive: true });
writeFileSync(ARCHITECTURE, await architecture());
