/** A Prometheus of the run's own, with the rules made quick, and what it says of alerts. */
import { freePort } from '@belfry/kit/ports';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

const startsWithinMs = 30_000;
/** What becomes of every `for` and of every window: the conditions themselves stay as they are. */
const quick = { hold: '2s', window: '10s' };

/**
 * The rules with short times, so that a fault of seconds makes an alert of seconds.
 * @param {string} rules
 */
export function quicken(rules) {
  return rules
    .replaceAll(/^( +for: )\w+$/gm, `$1${quick.hold}`)
    .replaceAll(/\[\d+[smh]\]/g, `[${quick.window}]`);
}

/** A running Prometheus. */
export class Prometheus {
  #child;
  #url;
  #output = '';

  /**
   * Starts it; resolves once it answers.
   * @param {string} folder where it keeps everything
   * @param {string} rulesFile
   * @param {Readonly<Record<string, number>>} ports of Belfry's processes, by name
   */
  async start(folder, rulesFile, ports) {
    writeFileSync(join(folder, 'alerts.yaml'), quicken(readFileSync(rulesFile, 'utf8')));
    writeFileSync(join(folder, 'prometheus.yml'), configuration(ports));
    const address = `127.0.0.1:${await freePort()}`;
    this.#url = `http://${address}`;
    this.#child = spawn(
      'prometheus',
      [
        `--config.file=${join(folder, 'prometheus.yml')}`,
        `--storage.tsdb.path=${join(folder, 'prometheus')}`,
        `--web.listen-address=${address}`,
        '--log.level=warn',
      ],
      { stdio: ['ignore', 'pipe', 'pipe'] },
    );
    for (const stream of [this.#child.stdout, this.#child.stderr])
      stream.on('data', (text) => (this.#output = (this.#output + text).slice(-10_000)));
    const end = Date.now() + startsWithinMs;
    while (!(await this.#answers())) {
      if (this.#child.exitCode !== null || Date.now() > end)
        throw new Error(`Prometheus did not start:\n${this.#output}`);
      await pause(100);
    }
  }

  /** The names of the alerts that are firing now. */
  async firing() {
    const response = await fetch(`${this.#url}/api/v1/alerts`);
    const { data } = await response.json();
    return new Set(
      data.alerts.filter(({ state }) => state === 'firing').map(({ labels }) => labels.alertname),
    );
  }

  async stop() {
    if (this.#child === undefined || this.#child.exitCode !== null) return;
    const ended = once(this.#child, 'exit');
    this.#child.kill('SIGTERM');
    await ended;
  }

  async #answers() {
    try {
      return (await fetch(`${this.#url}/-/ready`)).ok;
    } catch {
      // Not yet listening: the caller asks again, and gives up after a time.
      return false;
    }
  }
}

function configuration(ports) {
  const targets = Object.entries(ports).map(
    ([name, port]) => `      - targets: ['127.0.0.1:${port}']\n        labels: { instance: ${name} }`,
  );
  return `global: { scrape_interval: 1s, scrape_timeout: 1s, evaluation_interval: 1s }
rule_files: [alerts.yaml]
scrape_configs:
  - job_name: belfry
    static_configs:
${targets.join('\n')}
`;
}
