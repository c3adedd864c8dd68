/**
 * Every table here is read by its keys: row by row of what is asked for, by the index that begins with its key. Any other
 * way (a scan of a whole table, a bitmap, a join that reads a whole index) looks cheaper to the planner while a table is
 * small or new, and a prepared statement keeps such a plan while the table grows. Compiling a plan takes longer than
 * running any of ours.
 */
export const plannerSettings = {
  enable_seqscan: 'off',
  enable_bitmapscan: 'off',
  enable_hashjoin: 'off',
  enable_mergejoin: 'off',
  jit: 'off',
} as const;
