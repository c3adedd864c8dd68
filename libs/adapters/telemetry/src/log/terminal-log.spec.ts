import { stripVTControlCharacters } from 'node:util';
import { terminalLine } from './terminal-log.js';

const time = new Date(2026, 10, 24, 12, 3, 4).toISOString();
const shown = (fields: object, columns = 80) =>
  stripVTControlCharacters(
    terminalLine(
      JSON.stringify({ level: 30, time, service: 'belfry', version: '0.1.0', ...fields }),
      columns,
    ),
  );

test('a line has the time, the message and the facts; the level where it is not info', () => {
  expect(shown({ msg: 'started', role: 'all', port: 3000, reason: null })).toBe(
    '12:03:04 started  role=all  port=3000',
  );
  expect(shown({ level: 40, msg: 'delivery failed', reason: 'timeout' })).toBe(
    '12:03:04 warning delivery failed  reason=timeout',
  );
  expect(shown({ level: 50, msg: 'request failed', error: { name: 'Error', message: 'no room' } })).toBe(
    '12:03:04 error request failed  error=no room',
  );
});

test('it is cut where the terminal ends, though never in its message', () => {
  const fields = { msg: 'a message', fact: 'x'.repeat(100) };
  expect(shown(fields, 40)).toBe(`12:03:04 a message  fact=${'x'.repeat(14)}…`);
  expect(shown(fields, 10)).toBe('12:03:04 a message…');
});

test('nothing that a stranger wrote moves the cursor or begins a line', () => {
  expect(shown({ msg: 'x', reply: 'a\u001b[2J\r\n\u202e\u009b' })).toBe(
    '12:03:04 x  reply=a\ufffd[2J\ufffd\ufffd\ufffd\ufffd',
  );
});
