/**
 * Every table here is read by its keys, so a scan of a whole one is never right; but it is what the planner chooses for a
 * table that was small or empty when it looked, and a prepared statement keeps its plan while the table grows. Compiling
 * a plan takes longer than running any of ours.
 */
export const plannerSettings = { enable_seqscan: 'off', jit: 'off' } as const;
