/**
 * A copy of the built API and its libs. Processes are started a hundred times in a run: were somebody to build in the
 * meantime, they would be of mixed versions, and what the run showed would be true of none.
 */
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../..', import.meta.url));

/** A copied build. */
export class BuildCopy {
  /** Inside the workspace, so that installed packages are found from there as they are from the original. */
  readonly #folder: string;

  constructor() {
    mkdirSync(join(root, 'tmp'), { recursive: true });
    this.#folder = mkdtempSync(join(root, 'tmp', 'chaos-build-'));
    const scope = join(this.#folder, 'node_modules', '@belfry');
    mkdirSync(scope, { recursive: true });
    this.#copy(join('apps', 'api'));
    const installed = join(root, 'node_modules', '@belfry');
    for (const name of readdirSync(installed)) {
      const project = relative(root, realpathSync(join(installed, name)));
      // What only others install, such as the receiver, need not be built for the API.
      if (!project.startsWith('libs') || !existsSync(join(root, project, 'dist'))) continue;
      this.#copy(project);
      symlinkSync(join(this.#folder, project), join(scope, name));
    }
  }

  /** The file to start. */
  get mainFile(): string {
    return join(this.#folder, 'apps', 'api', 'dist', 'main.js');
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #copy(project: string): void {
    if (!existsSync(join(root, project, 'dist')))
      throw new Error(`${project} is not built: run "npm run build" first`);
    for (const part of ['dist', 'package.json'])
      cpSync(join(root, project, part), join(this.#folder, project, part), { recursive: true });
    const packages = join(root, project, 'node_modules');
    if (existsSync(packages)) symlinkSync(packages, join(this.#folder, project, 'node_modules'));
  }
}
