/** Links in the docs and READMEs that lead to files and headings, such as the tests which hold the promises of docs/security.md. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

const root = resolve(__dirname, '../..');
const within = (folder: string) =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name));
const pages = [
  ...readdirSync(root),
  ...['apps', 'deploy', 'docs', 'e2e', 'libs', 'tools'].flatMap(within),
].filter((name) => name.endsWith('.md') && !name.includes('node_modules'));

const textOf = (page: string) => readFileSync(join(root, page), 'utf8');

/** Where the links of a page lead, from the root: a file, and a heading of it where the link names one. */
const linksOf = (page: string) =>
  [...textOf(page).matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target]) => target!)
    .filter((target) => !/^[a-z]+:/.test(target))
    .map((target) => {
      const [file = '', heading] = target.split('#');
      return { target, file: file === '' ? page : join(dirname(page), file), heading };
    });

/** The anchors that a page's headings have, where it is read. */
function anchorsOf(page: string): string[] {
  const text = textOf(page).replaceAll(/^```.*?^```/gms, '');
  return [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading]) =>
    heading!
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

test.each(pages)('%s links only to files that exist', (page) => {
  const lost = linksOf(page).filter(({ file }) => !existsSync(join(root, file)));
  expect(lost.map(({ target }) => target)).toEqual([]);
});

test.each(pages)('%s links only to headings that exist', (page) => {
  const toHeadings = linksOf(page).filter(
    ({ file, heading }) => heading !== undefined && file.endsWith('.md'),
  );
  const lost = toHeadings.filter(({ file, heading }) => !anchorsOf(file).includes(heading!));
  expect(lost.map(({ target }) => target)).toEqual([]);
});

test.each(['apps', 'libs', 'libs/adapters', '.'])('each project in %s says what it is for', (folder) => {
  const projects = readdirSync(join(root, folder)).filter((name) =>
    existsSync(join(root, folder, name, 'package.json')),
  );
  const silent = projects.filter((name) => !existsSync(join(root, folder, name, 'README.md')));
  expect(silent).toEqual([]);
});
