/** Where Helm is: what `HELM_PATH` names, the path, or what install.mjs fetched. */
const { existsSync } = require('node:fs');
const { join, resolve } = require('node:path');

/** Where install.mjs puts it. */
exports.fetchedHelm = resolve(__dirname, '../../node_modules/.cache/helm/helm');

/** The program; null where there is none. */
exports.findHelm = function findHelm() {
  const onPath = (process.env.PATH ?? '').split(':').map((folder) => join(folder, 'helm'));
  return (
    [process.env.HELM_PATH, ...onPath, exports.fetchedHelm].find((path) => path && existsSync(path)) ?? null
  );
};
