import { FirstSchema1795884000000 } from './1795884000000-first-schema.js';

/** All migrations, in their order. A published one is never changed: a change is a new one at the end. */
export const migrations = [FirstSchema1795884000000];
