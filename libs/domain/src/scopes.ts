/** What an API key can be allowed to do. */
export const scopes = [
  'events:publish',
  'accounts:write',
  'settings:read',
  'settings:write',
  'deliveries:read',
  'deliveries:redeliver',
  'keys:write',
] as const;

/** One thing that an API key can be allowed to do. */
export type Scope = (typeof scopes)[number];

/** What the admin page can be used for: a link to it holds those of them that its maker holds. */
export const pageScopes = [
  'accounts:write',
  'settings:read',
  'settings:write',
  'deliveries:read',
  'deliveries:redeliver',
] as const satisfies readonly Scope[];
