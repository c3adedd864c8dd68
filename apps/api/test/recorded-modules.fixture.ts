/** Which modules a process loads, from its start to its end. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

/** Give a process its `environment`; `read()` it, once, when the process has ended: a line `loaded: …` for each module. */
export function recordModules() {
  const folder = mkdtempSync(join(tmpdir(), 'belfry-modules-'));
  const list = join(folder, 'list');
  return {
    environment: {
      NODE_OPTIONS: `--require ${resolve(__dirname, 'loaded-modules.fixture.cjs')}`,
      LOADED_MODULES: list,
    },
    read: (): string => {
      const modules = readFileSync(list, 'utf8');
      rmSync(folder, { recursive: true });
      return modules;
    },
  };
}
