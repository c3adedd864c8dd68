/**
 * Counts what a function does, in place of timing it: how often each block of JavaScript is run, by V8's own precise
 * coverage. A loop's body counts once for each round; what V8 does in C++ (regular expressions, `slice`, `JSON.parse`)
 * does not count. Regular expressions are held to linear time by lint (`regexp/no-super-linear-*`).
 *
 * Import it before the code that is to be counted: V8 counts what it compiles from then on. `stopCounting` ends it.
 */
const { Session } = require('node:inspector');
const { setFlagsFromString } = require('node:v8');

const session = new Session();
session.connect();
// Optimized code does not count.
setFlagsFromString('--no-opt');
setFlagsFromString('--no-maglev');
post('Profiler.enable');
post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });

/** How many blocks are run while `work` runs. */
exports.stepsOf = function stepsOf(work) {
  takeCounts();
  work();
  return takeCounts();
};

/** Gives the process back its speed. */
exports.stopCounting = function stopCounting() {
  post('Profiler.stopPreciseCoverage');
  session.disconnect();
  setFlagsFromString('--opt');
  setFlagsFromString('--maglev');
};

/** Answers the counts since the last time, and begins again at 0. */
function takeCounts() {
  return post('Profiler.takePreciseCoverage')
    .result.flatMap(({ functions }) => functions)
    .flatMap(({ ranges }) => ranges)
    .reduce((sum, { count }) => sum + count, 0);
}

/**
 * The profiler answers before `session.post` returns.
 * @returns {any}
 */
function post(method, parameters) {
  let answered;
  session.post(method, parameters, (error, answer) => {
    if (error !== null) throw new Error(`${method}: ${error.message}`);
    answered = answer;
  });
  return answered;
}
