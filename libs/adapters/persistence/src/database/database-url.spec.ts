import { judgeDatabaseUrl } from './database-url.js';

const messageFor = (url: string) => {
  const judged = judgeDatabaseUrl(url);
  return judged.ok ? null : judged.problems[0]!.message;
};

test.each([
  'postgres://belfry:password@db.example.com:5432/belfry',
  'postgresql://belfry@db.example.com/belfry',
  'postgres://postgres@localhost/belfry?host=%2Ftmp%2Fsocket',
  'postgres:///belfry?host=/tmp/socket&user=belfry',
  'postgres://u:p%23%2F%40ss@h/d?sslmode=verify-full&sslrootcert=/etc/ca.pem',
  'postgres://u:p@h/d?application_name=mine&options=-c%20work_mem%3D16MB',
  'postgres://u:p@h/d?client_encoding=UTF8&channel_binding=require',
])('%s is taken', (url) => {
  expect(messageFor(url)).toBeNull();
});

test.each([
  ['?statement_timeout=5000', 'statement_timeout'],
  ['?lock_timeout=5', 'lock_timeout'],
  ['?idle_in_transaction_session_timeout=5', 'idle_in_transaction_session_timeout'],
  ['?query_timeout=5', 'query_timeout'],
  ['?client_encoding=LATIN1', 'client_encoding'],
  ['?binary=true', 'binary'],
  ['?options=-c%20DateStyle%3DGerman', 'datestyle'],
  ['?options=-csearch_path%3Delsewhere', 'search_path'],
  ['?options=-c%20work_mem%3D1MB%20--statement-timeout%3D5', 'statement_timeout'],
  ['?options=-c%20work_mem%3D1MB%20-c%20enable_seqscan%3Don', 'enable_seqscan'],
])('what the service sets itself is refused by its name: %s', (query, name) => {
  expect(messageFor(`postgres://belfry:s3cret@h/d${query}`)).toMatch(
    new RegExp(`^must not set ${name}\\b.*Remove it from the URL$`),
  );
});

test.each(['#', '/', '?', '%', '#/', '1/', '1#', '1?'])(
  'a password that holds an unencoded "%s" is refused, and no piece of it is shown',
  (sign) => {
    const message = messageFor(`postgres://belfry:qxz${sign}ds3cret@db.example.com:5432/belfry`);
    expect(message).toContain('percent-encoded');
    expect(message).not.toMatch(/qxz|ds3cret/);
    const numeric = messageFor(`postgres://belfry:12${sign}ds3cret@db.example.com:5432/belfry`);
    expect(numeric).toContain('percent-encoded');
    expect(numeric).not.toContain('ds3cret');
  },
);
