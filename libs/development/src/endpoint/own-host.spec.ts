import { isOwnHost } from './own-host.js';

const hosts = ['belfry.test'];

it.each([
  '127.0.0.1:3000',
  '127.0.0.1',
  '[::1]:3000',
  '192.168.1.5:3000',
  'localhost:3000',
  'LOCALHOST',
  'localhost.',
  'belfry.localhost:1',
  'belfry.test:3000',
])('one that asks for %s means this process', (header) => {
  expect(isOwnHost(header, hosts)).toBe(true);
});

it.each([
  undefined,
  '',
  'evil.example.com',
  'evil.example.com:3000',
  'localhost.evil.example.com',
  '127.0.0.1.evil.example.com',
  'evillocalhost',
  'belfry.test.evil.com',
  'evil.com@localhost',
  'a b',
  '/',
])('one that asks for %j may be led here by a page', (header) => {
  expect(isOwnHost(header, hosts)).toBe(false);
});
