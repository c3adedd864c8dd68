import { execFile } from 'node:child_process';

/** A registry that does not answer is not waited for any longer. */
const answersWithinMs = 60_000;

/**
 * Runs npm; answers what it printed as JSON (null for nothing), and what it complained of where there is no use in that.
 * @param {string[]} parameters
 * @param {string} folder
 * @returns {Promise<{ json: any, error: string | null }>}
 */
export function npm(parameters, folder) {
  return new Promise((resolve) => {
    const options = { cwd: folder, timeout: answersWithinMs, maxBuffer: 64 * 1024 * 1024 };
    execFile('npm', parameters, options, (failure, stdout, stderr) => {
      const json = parsed(stdout);
      // `npm audit` exits with 1 where it found something: its report counts.
      const isReport = failure === null || json?.vulnerabilities !== undefined;
      resolve({ json, error: isReport ? null : (firstError(stderr) ?? failure.message.split('\n')[0]) });
    });
  });
}

function parsed(text) {
  if (text.trim() === '') return null;
  try {
    return JSON.parse(text);
  } catch {
    // Some failures are told in prose: the caller sees the exit code and the error.
    return null;
  }
}

function firstError(stderr) {
  return stderr
    .split('\n')
    .map((line) => /^npm (?:error|warn audit) (.+)/.exec(line)?.[1])
    .find((line) => line !== undefined && !line.startsWith('code '));
}
