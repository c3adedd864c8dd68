import { ok, wrong, type Finding } from './finding.js';

/** As `engines` in the repository's package.json says. */
const oldest = [20, 19] as const;

/** Whether this version of Node is one that the service is made for; `version` is such as `20.19.1`. */
export function checkNode(version: string): Finding {
  const [major, minor] = version.split('.').map(Number) as [number, number];
  const isNewEnough = major > oldest[0] || (major === oldest[0] && minor >= oldest[1]);
  return isNewEnough
    ? ok('Node.js', version)
    : wrong('Node.js', version, `use Node.js ${oldest.join('.')} or newer`);
}
