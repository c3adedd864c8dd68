import { doubtful } from './doubtful-url.js';

describe('a URL of which the server is asked', () => {
  it.each([
    ['http://127.0.0.1:3000/dev/endpoint', 'http://127.0.0.1:3000/dev/endpoint'],
    [' https://10.0.0.1/in?token=x ', 'https://10.0.0.1/in?token=x'],
    ['https://hooks.internal/in', 'https://hooks.internal/in'],
  ])('%j is one that only what the operator allows decides', (text, asked) => {
    expect(doubtful(text)).toBe(asked);
  });

  it.each([
    '',
    'https',
    'https://hooks.example.com/in',
    'ftp://10.0.0.1/in',
    'https://user@10.0.0.1/',
    'https://10.0.0.1/#x',
  ])('%j is not: the page knows without asking', (text) => {
    expect(doubtful(text)).toBeNull();
  });
});
