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
