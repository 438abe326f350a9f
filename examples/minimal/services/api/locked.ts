import { startLocked } from '@app/platform/service/locked';
import { api } from './service.ts';

startLocked(api, new URL('server.ts', import.meta.url), process.argv.slice(2));
