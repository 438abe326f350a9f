import { seedAll } from '../properties/support/seeded.ts';

seedAll();
