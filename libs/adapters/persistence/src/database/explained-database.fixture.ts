import { Database } from './database.js';
import type { Run } from './statement.js';

interface PlanNode {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly 'Actual Rows': number;
  readonly 'Actual Loops': number;
  readonly 'Rows Removed by Filter'?: number;
  readonly Plans?: readonly PlanNode[];
}

/** How one part of a plan read a table, and how many rows of it, with those that it then left out. */
export interface Scan {
  readonly table: string;
  readonly by: string;
  readonly rows: number;
}

/** How a statement reads the tables. The statement is run to find out. */
export async function scansOf(run: Run, text: string, values: readonly unknown[]): Promise<Scan[]> {
  const [row] = await run<{ 'QUERY PLAN': string | [{ Plan: PlanNode }] }>(
    `EXPLAIN (ANALYZE, FORMAT JSON) ${text}`,
    values,
  );
  const answer = row!['QUERY PLAN'];
  const [{ Plan }] = (typeof answer === 'string' ? JSON.parse(answer) : answer) as [{ Plan: PlanNode }];
  const all = (node: PlanNode): PlanNode[] => [node, ...(node.Plans ?? []).flatMap(all)];
  return all(Plan)
    .filter((node) => node['Relation Name'] !== undefined && node['Node Type'] !== 'ModifyTable')
    .map((node) => ({
      table: node['Relation Name']!,
      by: node['Node Type'],
      rows: (node['Actual Rows'] + (node['Rows Removed by Filter'] ?? 0)) * node['Actual Loops'],
    }));
}

/** A database that notes how each statement reads the tables. */
export class ExplainedDatabase extends Database {
  private scans: Scan[] = [];

  /** What was read since this was last asked. */
  takeScans(): Scan[] {
    const taken = this.scans;
    this.scans = [];
    return taken;
  }

  override statement<Row>(...statement: Parameters<Database['statement']>): Promise<Row[]> {
    return this.transaction((run) => run<Row>(...statement));
  }

  override transaction<Answer>(work: (run: Run) => Promise<Answer>): Promise<Answer> {
    return super.transaction((run) =>
      work(async (statement, values) => {
        const text = typeof statement === 'string' ? statement : statement.text;
        await run('SAVEPOINT before', []);
        this.scans.push(...(await scansOf(run, text, values)));
        await run('ROLLBACK TO before', []);
        return run(statement, values);
      }),
    );
  }
}
