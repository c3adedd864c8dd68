import { scopes, type Principal } from '@belfry/application';

/** Whoever can run the command has the database, and so may do everything. */
export const operator: Principal = { kind: 'operator', id: 'cli', accountId: null, scopes: new Set(scopes) };
