/** What operators ask a process. */
import { z } from 'zod';
import { route } from './route.js';

/** Whether the process lives, or can do its work; and where it cannot, which part of it fails. */
export const Health = z
  .object({
    status: z.string(),
    database: z.string().optional(),
    dispatcher: z.string().optional(),
    process: z.string().optional(),
  })
  .meta({ id: 'Health' });
export type Health = z.infer<typeof Health>;

const tag = 'Operations';

/** The routes for operators. */
export const operationRoutes = {
  live: route({
    method: 'get',
    path: '/health/live',
    summary: 'The process is alive.',
    tag,
    access: 'public',
    answers: { 200: Health },
  }),
  ready: route({
    method: 'get',
    path: '/health/ready',
    summary: 'The process can do its work: database reachable, migrations applied, dispatcher running.',
    tag,
    access: 'public',
    answers: { 200: Health, 503: Health },
  }),
  metrics: route({
    method: 'get',
    path: '/metrics',
    summary: 'The metrics of the process, in the Prometheus text format.',
    tag,
    access: 'public',
    answers: { 200: { mediaType: 'text/plain' } },
  }),
};
