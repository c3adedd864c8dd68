/** What the Helm chart promises: rendered by Helm itself, and held against Kubernetes' schemas and this process' settings. */
import { readConfiguration } from '@belfry/configuration';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { Deployment } from 'kubernetes-models/apps/v1/Deployment';
import { HorizontalPodAutoscaler } from 'kubernetes-models/autoscaling/v2/HorizontalPodAutoscaler';
import { Ingress } from 'kubernetes-models/networking.k8s.io/v1/Ingress';
import { PodDisruptionBudget } from 'kubernetes-models/policy/v1/PodDisruptionBudget';
import { Service } from 'kubernetes-models/v1/Service';
import { ServiceAccount } from 'kubernetes-models/v1/ServiceAccount';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parse, parseAllDocuments } from 'yaml';
import { findHelm } from '../../tools/helm/find-helm.cjs';

const chart = resolve(__dirname, '../../deploy/helm/belfry');
const helm = findHelm();
const read = (file: string) => readFileSync(join(chart, file), 'utf8');

// A manifest is whatever was rendered; each test says what it expects.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
type Manifest = any;

const least = { publicUrl: 'https://notifications.example.com', secret: { name: 'belfry' } };
const everything = {
  ...least,
  publicUrl: 'https://platform.example.com/notifications',
  image: { tag: '1.2.3', pullSecrets: [{ name: 'registry' }] },
  secret: {
    name: 'belfry',
    keys: [
      'DATABASE_URL',
      'DATABASE_DIRECT_URL',
      'SMTP_URL',
      'BOOTSTRAP_API_KEY',
      'BOOTSTRAP_API_KEY_PREVIOUS',
    ],
  },
  config: {
    MAIL_FROM: 'Belfry <belfry@example.com>',
    TRUST_PROXY: '10.0.0.0/8',
    PLATFORM_ADMIN_URL: 'https://a.example.com',
  },
  webhookTimeoutMs: 30_500,
  api: { stopDelayMs: 12_000, autoscaling: { enabled: true } },
  service: { type: 'NodePort', annotations: { 'example.com/a': 'true' } },
  ingress: { enabled: true, className: 'nginx', annotations: { 'example.com/b': '1' }, tlsSecretName: 'tls' },
  metrics: { port: 9999, serviceMonitor: { enabled: true, labels: { release: 'prometheus' } } },
  serviceAccount: { annotations: { 'example.com/role': 'x' } },
  podAnnotations: { 'example.com/c': 'yes' },
  podLabels: { team: 'platform' },
  nodeSelector: { 'kubernetes.io/os': 'linux' },
  tolerations: [{ key: 'dedicated', operator: 'Exists' }],
  affinity: { nodeAffinity: {} },
};

function run(command: string, values: object, ...more: string[]) {
  const folder = mkdtempSync(join(tmpdir(), 'belfry-chart-'));
  try {
    const file = join(folder, 'values.json');
    writeFileSync(file, JSON.stringify(values));
    const args = command === 'lint' ? ['lint', '--strict', chart] : ['template', 'notify', chart];
    // A home of its own: no setting of whoever runs the tests.
    const env = { PATH: process.env['PATH'], HOME: folder };
    return spawnSync(helm!, [...args, '-f', file, ...more], { encoding: 'utf8', env });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function render(values: object): Manifest[] {
  const { status, stdout, stderr } = run('template', values);
  if (status !== 0) throw new Error(stderr);
  return parseAllDocuments(stdout, { uniqueKeys: true }).map((document) => {
    expect(document.errors).toEqual([]);
    return document.toJS();
  });
}

const named = (manifests: Manifest[], kind: string, suffix = ''): Manifest =>
  manifests.find((one) => one.kind === kind && one.metadata.name === `notify-belfry${suffix}`);
const containerOf = (deployment: Manifest) => deployment.spec.template.spec.containers[0];

const schemas: Record<string, { new (data: Manifest): { validate(): void } }> = {
  'apps/v1 Deployment': Deployment,
  'v1 Service': Service,
  'v1 ServiceAccount': ServiceAccount,
  'policy/v1 PodDisruptionBudget': PodDisruptionBudget,
  'autoscaling/v2 HorizontalPodAutoscaler': HorizontalPodAutoscaler,
  'networking.k8s.io/v1 Ingress': Ingress,
};

/** The data, and which of its fields nobody has looked at: a schema looks at those alone that it knows. */
function watched(data: Manifest, path: string, unseen: Set<string>): Manifest {
  if (typeof data !== 'object' || data === null) return data;
  const copy = Array.isArray(data) ? [] : {};
  for (const [key, value] of Object.entries(data)) {
    const place = `${path}/${key}`;
    const inner = watched(value, place, unseen);
    unseen.add(place);
    Object.defineProperty(copy, key, {
      enumerable: true,
      get: () => (unseen.delete(place), inner),
    });
  }
  return copy;
}

/** What Kubernetes would say of a manifest: what is wrong, and fields that it does not know. */
function faultsOf(manifest: Manifest): string[] {
  const Model = schemas[`${manifest.apiVersion} ${manifest.kind}`];
  if (Model === undefined) return [`no schema for ${manifest.apiVersion} ${manifest.kind}`];
  const unseen = new Set<string>();
  const model = new Model({});
  Object.defineProperties(model, Object.getOwnPropertyDescriptors(watched(manifest, '', unseen)));
  try {
    model.validate();
  } catch (error) {
    return [(error as Error).message];
  }
  return [...unseen].map((place) => `${manifest.kind} has no field ${place}`);
}

const sets = [
  ['with what must be given alone', least],
  ['with everything', everything],
] as const;

if (helm === null) {
  it('was not tested: Helm was not found (node tools/helm/install.mjs, or set HELM_PATH)', () => {
    process.stderr.write('\nThe Helm chart: no Helm was found, so nothing was rendered.\n');
    expect(helm).toBeNull();
  });
} else {
  describe('The Helm chart', () => {
    it.each(sets)('%s passes `helm lint --strict`', (_what, values) => {
      const { status, stdout } = run('lint', values);
      expect([status, stdout]).toEqual([0, expect.stringContaining('0 chart(s) failed')]);
    });

    it.each(sets)('%s renders manifests that Kubernetes knows, field by field', (_what, values) => {
      const known = render(values).filter(({ kind }) => kind !== 'ServiceMonitor');
      expect(known.flatMap(faultsOf)).toEqual([]);
      expect(known.length).toBe(values === least ? 7 : 9);
    });

    it('is held against schemas that see a wrong field, and an unknown one', () => {
      const deployment = named(render(least), 'Deployment', '-api');
      containerOf(deployment).readynessProbe = {};
      expect(faultsOf(deployment)).toEqual([
        'Deployment has no field /spec/template/spec/containers/0/readynessProbe',
      ]);
      deployment.spec.replicas = 'two';
      expect(faultsOf(deployment)).toEqual([expect.stringContaining('replicas')]);
    });

    it.each(sets)(
      '%s sets what the process takes, and gives it longer to stop than it needs',
      (_what, values) => {
        const manifests = render(values);
        for (const role of ['api', 'worker']) {
          const { spec } = named(manifests, 'Deployment', `-${role}`).spec.template;
          const folder = mkdtempSync(join(tmpdir(), 'belfry-secrets-'));
          const environment: Record<string, string> = { NODE_ENV: 'production' };
          for (const { name, value } of spec.containers[0].env) {
            environment[name] = value;
            if (name.endsWith('_FILE')) environment[name] = value.replace('/etc/belfry/secrets', folder);
          }
          for (const { key, path } of spec.volumes[1].secret.items)
            writeFileSync(join(folder, path), secrets[key]!);
          const configuration = readConfiguration(environment);
          rmSync(folder, { recursive: true });
          expect(configuration).toMatchObject({
            process: { role },
            http: {
              publicUrl: values.publicUrl,
              metricsPort: spec.containers[0].ports[1].containerPort,
            },
            database: { url: secrets['DATABASE_URL'] },
            access: { bootstrapApiKey: secrets['BOOTSTRAP_API_KEY'] },
          });
          const stopsWithin =
            (configuration.process.stopDelayMs + configuration.webhooks.timeoutMs) / 1000 + 15;
          expect(spec.terminationGracePeriodSeconds).toBeGreaterThan(stopsWithin);
          expect(spec.terminationGracePeriodSeconds).toBeLessThan(stopsWithin + 7);
        }
      },
    );

    it('keeps secrets out of the environment, and every pod as small as it can be', () => {
      for (const role of ['api', 'worker']) {
        const { spec } = named(render(everything), 'Deployment', `-${role}`).spec.template;
        const [container] = spec.containers;
        expect(JSON.stringify(container.env)).not.toMatch(/secretKeyRef|postgres:/);
        expect(spec.volumes[1].secret).toMatchObject({ secretName: 'belfry', defaultMode: 0o440 });
        expect(spec).toMatchObject({
          automountServiceAccountToken: false,
          securityContext: {
            runAsNonRoot: true,
            runAsUser: 1000,
            seccompProfile: { type: 'RuntimeDefault' },
          },
        });
        expect(container.securityContext).toEqual({
          allowPrivilegeEscalation: false,
          privileged: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ['ALL'] },
        });
        expect(container.resources.limits.memory).toBe('768Mi');
        expect(container.livenessProbe.httpGet.path).toBe('/health/live');
        expect(container.readinessProbe.httpGet.path).toBe('/health/ready');
      }
    });

    it('leads the host and the path of publicUrl to the API alone, and no Ingress to the metrics', () => {
      const manifests = render(everything);
      const [rule] = named(manifests, 'Ingress').spec.rules;
      expect(rule).toMatchObject({
        host: 'platform.example.com',
        http: {
          paths: [
            {
              path: '/notifications',
              pathType: 'Prefix',
              backend: { service: { name: 'notify-belfry', port: { name: 'http' } } },
            },
          ],
        },
      });
      const service = named(manifests, 'Service');
      const pods = (role: string) => named(manifests, 'Deployment', `-${role}`).spec.template.metadata.labels;
      expect(pods('api')).toMatchObject(service.spec.selector);
      expect(pods('worker')).not.toMatchObject(service.spec.selector);
      expect(service.spec.ports.map(({ targetPort }: Manifest) => targetPort)).toEqual(['http']);
      const metrics = named(manifests, 'Service', '-metrics');
      for (const role of ['api', 'worker']) expect(pods(role)).toMatchObject(metrics.spec.selector);
      expect(metrics.metadata.labels).toMatchObject(
        named(manifests, 'ServiceMonitor').spec.selector.matchLabels,
      );
      // At the root of a host all of it is.
      const root = named(render({ ...least, ingress: { enabled: true } }), 'Ingress');
      expect(root.spec.rules[0].http.paths[0].path).toBe('/');
    });

    it('leaves the number of APIs to the autoscaler where there is one, and workers as they are', () => {
      const manifests = render(everything);
      expect(named(manifests, 'Deployment', '-api').spec.replicas).toBeUndefined();
      expect(named(manifests, 'Deployment', '-worker').spec.replicas).toBe(2);
      const { scaleTargetRef } = named(manifests, 'HorizontalPodAutoscaler', '-api').spec;
      expect(scaleTargetRef).toMatchObject({ kind: 'Deployment', name: 'notify-belfry-api' });
      expect(named(render(least), 'HorizontalPodAutoscaler', '-api')).toBeUndefined();
    });

    it.each<[string, object]>([
      ["at '/publicUrl'", { publicUrl: '' }],
      ["at '/publicUrl'", { publicUrl: 'notifications.example.com' }],
      ["at '/secret/name'", { secret: { name: '' } }],
      ["at '/secret/keys'", { secret: { name: 'x', keys: ['SMTP_URL'] } }],
      ["at '/secret/keys/1'", { secret: { name: 'x', keys: ['DATABASE_URL', 'PASSWORD'] } }],
      ["invalid propertyName 'DATABASE_URL'", { config: { DATABASE_URL: 'postgres://x' } }],
      ["invalid propertyName 'STOP_DELAY_MS'", { config: { STOP_DELAY_MS: '1' } }],
      ["at '/config/RETENTION_DAYS'", { config: { RETENTION_DAYS: 30 } }],
      ["at '/metrics/port'", { metrics: { port: 3000 } }],
      ["at '/api/replicas'", { api: { replicas: 0 } }],
      ["at '/worker'", { worker: { replica: 3 } }],
      ["at ''", { workers: { replicas: 3 } }],
    ])('refuses what makes no sense, and says where: %s', (place, values) => {
      const { status, stderr } = run('template', { ...least, ...values });
      expect([status, stderr]).toEqual([1, expect.stringContaining(place)]);
    });
  });
}

it('The Helm chart is of the release that it runs', () => {
  const { version } = JSON.parse(readFileSync(resolve(__dirname, '../../package.json'), 'utf8')) as {
    version: string;
  };
  expect(parse(read('Chart.yaml'))).toMatchObject({ version, appVersion: version });
});

const secrets: Record<string, string> = {
  DATABASE_URL: 'postgres://belfry:pw@db.example.com/belfry',
  DATABASE_DIRECT_URL: 'postgres://belfry:pw@direct.example.com/belfry',
  SMTP_URL: 'smtp://mail.example.com',
  BOOTSTRAP_API_KEY: '0123456789abcdef0123456789abcdef',
  BOOTSTRAP_API_KEY_PREVIOUS: 'fedcba9876543210fedcba9876543210',
};
