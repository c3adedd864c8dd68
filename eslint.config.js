import nx from '@nx/eslint-plugin';
import reactHooks from 'eslint-plugin-react-hooks';
import regexp from 'eslint-plugin-regexp';
import { defineConfig } from 'eslint/config';
import tseslint from 'typescript-eslint';

/** What I/O looks like; the domain, the contract and the application may import none of it. */
const inputAndOutput = [
  'node:*',
  'fs',
  'net',
  'http',
  'https',
  'child_process',
  'crypto',
  'os',
  'path',
  '@nestjs/*',
  'typeorm',
  'pg',
  'axios',
  'undici',
  'nodemailer',
  '@nestjs-modules/*',
  'pino',
  'rxjs',
  'fastify',
];

/** Which layer may import which. */
const layers = {
  'layer:domain': [],
  'layer:contract': ['layer:domain'],
  'layer:application': ['layer:domain'],
  // What receivers install depends on nothing; its specs hold it against the domain.
  'layer:receiver': ['layer:domain'],
  'layer:adapter': ['layer:domain', 'layer:application'],
  'layer:nest': ['layer:domain', 'layer:contract', 'layer:application', 'layer:adapter'],
  'layer:configuration': ['layer:domain', 'layer:adapter', 'layer:nest'],
  'layer:development': ['layer:domain', 'layer:application', 'layer:adapter', 'layer:nest'],
  'layer:app': [
    'layer:domain',
    'layer:contract',
    'layer:application',
    'layer:adapter',
    'layer:nest',
    'layer:configuration',
    'layer:development',
  ],
  'layer:kit': [],
  'layer:tools': ['layer:domain', 'layer:kit'],
  'layer:e2e': [
    'layer:domain',
    'layer:contract',
    'layer:application',
    'layer:adapter',
    'layer:nest',
    'layer:configuration',
    'layer:tools',
  ],
};
/** Those without input and output. */
const pure = ['layer:domain', 'layer:contract', 'layer:application'];
/** Layers whose projects may import each other. */
const amongThemselves = ['layer:domain', 'layer:application', 'layer:kit'];
/** Files that may start what the kit starts. */
const tests = ['**/*.spec.ts', '**/*.fixture.ts', 'apps/*/test/**/*.ts', 'e2e/**/*.ts', 'tools/jest/*.ts'];

/** The rule that holds the layers. Tests may use the kit and what Jest is set up with. */
function boundaries({ inTests = false } = {}) {
  return [
    'error',
    {
      enforceBuildableLibDependency: false,
      banTransitiveDependencies: false,
      // Jest's global set-up loads files before Jest's resolver is there: it takes the sources by their paths.
      allow: inTests ? ['/tools/(helm|jest)/', '/kit/src/'] : [],
      depConstraints: Object.entries(layers).map(([sourceTag, below]) => ({
        sourceTag,
        onlyDependOnLibsWithTags: [
          ...below,
          ...(amongThemselves.includes(sourceTag) ? [sourceTag] : []),
          ...(inTests ? ['layer:kit'] : []),
        ],
        ...(pure.includes(sourceTag) && { bannedExternalImports: inputAndOutput }),
      })),
    },
  ];
}

const typed = { projectService: true, tsconfigRootDir: import.meta.dirname };

// The boundary rule reads the project graph that nx keeps in .nx: run by eslint alone before any nx command has run, it
// skips itself with a warning. `npm run lint` goes through nx and always has the graph.
export default defineConfig(
  { ignores: ['**/dist/**', '**/node_modules/**', '**/test-results.json'] },
  ...tseslint.configs.recommended,
  {
    files: ['{libs,apps,e2e,tools}/**/*.{ts,tsx}'],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: typed },
    rules: {
      // `noUncheckedIndexedAccess` makes every index possibly undefined: `!` says where that can't be.
      '@typescript-eslint/no-non-null-assertion': 'off',
      // A number reads in a text as one expects.
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      // `() => doIt()` is shorter than a block, and nobody takes the void for a value.
      '@typescript-eslint/no-confusing-void-expression': [
        'error',
        { ignoreArrowShorthand: true, ignoreVoidReturningFunctions: true },
      ],
      // Nest's modules are classes without members.
      '@typescript-eslint/no-extraneous-class': ['error', { allowWithDecorator: true }],
      // Nest takes plain objects as its options, and TypeORM a driver of its own, where they declare classes.
      '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
    },
  },
  {
    files: ['**/*.ts', '**/*.tsx'],
    // Classes in decorated constructors are values: Nest reads them at run time.
    languageOptions: { parserOptions: { emitDecoratorMetadata: true, experimentalDecorators: true } },
    plugins: { '@nx': nx },
    rules: {
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/consistent-type-imports': [
        'error',
        { fixStyle: 'inline-type-imports', disallowTypeAnnotations: false },
      ],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', ignoreRestSiblings: true }],
      '@nx/enforce-module-boundaries': boundaries(),
    },
  },
  {
    files: tests,
    rules: { '@nx/enforce-module-boundaries': boundaries({ inTests: true }) },
  },
  {
    // What the kit answers goes into expectations.
    files: [...tests, 'tools/kit/src/*.ts'],
    rules: {
      // Answers are JSON of no type: a wrong field shows as a failed expectation.
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
      // `expect(port.method)` names a method and calls nothing.
      '@typescript-eslint/unbound-method': 'off',
      // What a test provokes may be what the types rule out.
      '@typescript-eslint/no-unnecessary-condition': 'off',
      // Ports are asynchronous; what stands in for one has often nothing to wait for.
      '@typescript-eslint/require-await': 'off',
      // A property prints whatever value it failed with.
      '@typescript-eslint/restrict-template-expressions': 'off',
      // A module that only imports is an empty class.
      '@typescript-eslint/no-extraneous-class': 'off',
      // Code points are what is meant.
      '@typescript-eslint/no-misused-spread': 'off',
    },
  },
  {
    // No pattern whose cost outgrows its text: see "What input costs" in docs/security.md.
    files: ['apps/*/src/**/*.{ts,tsx}', 'libs/**/src/**/*.{ts,tsx}'],
    ignores: ['**/*.spec.ts', '**/*.fixture.ts'],
    plugins: { regexp },
    rules: {
      'regexp/no-super-linear-backtracking': ['error', { report: 'potential' }],
      'regexp/no-super-linear-move': ['error', { report: 'potential', ignoreSticky: false }],
    },
  },
  { files: ['apps/admin/src/**/*.{ts,tsx}'], ...reactHooks.configs.flat.recommended },
  {
    // Jest loads its configuration by require().
    files: ['**/*.cjs'],
    rules: { '@typescript-eslint/no-require-imports': 'off' },
  },
  {
    // Node's own modules and globals are no npm packages, so the boundary rule cannot see them.
    files: ['libs/domain/src/**/*.ts', 'libs/contract/src/**/*.ts', 'libs/application/src/**/*.ts'],
    ignores: ['**/*.spec.ts', '**/*.fixture.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            {
              group: inputAndOutput,
              message:
                'The domain, the contract and the application do no input or output: put it behind a port.',
            },
          ],
        },
      ],
      'no-restricted-globals': [
        'error',
        'process',
        'fetch',
        'Buffer',
        'require',
        'XMLHttpRequest',
        'WebSocket',
      ],
    },
  },
  {
    files: ['libs/domain/src/**/*.ts'],
    ignores: ['**/*.spec.ts'],
    rules: {
      'no-restricted-globals': [
        'error',
        'process',
        'fetch',
        'Buffer',
        'require',
        'XMLHttpRequest',
        'WebSocket',
        'setTimeout',
        'setInterval',
        'performance',
      ],
      'no-restricted-properties': [
        'error',
        {
          object: 'Date',
          property: 'now',
          message: 'The domain has no clock: take the time as an argument.',
        },
      ],
      'no-restricted-syntax': [
        'error',
        {
          selector: "NewExpression[callee.name='Date'][arguments.length=0]",
          message: 'The domain has no clock: take the time as an argument.',
        },
      ],
    },
  },
);
