import { parseArgs } from 'node:util';

const usage = `npm run alerts -- [options]

Checks the alert rules, then puts a real Belfry under a real Prometheus into each fault and waits for its alerts.

  --rules-only    check and unit test the rules, and start nothing
  --fault NAME    only this fault; may be repeated
  --help
`;

/**
 * What the run is to do. Ends the process with code 2 where the options are wrong.
 * @param {readonly string[]} names the faults there are
 */
export function readOptions(names) {
  try {
    const { values } = parseArgs({
      options: {
        'rules-only': { type: 'boolean', default: false },
        fault: { type: 'string', multiple: true, default: [...names] },
        help: { type: 'boolean', default: false },
      },
    });
    const unknown = values.fault.filter((name) => !names.includes(name));
    if (unknown.length > 0) throw new Error(`no such fault: ${unknown.join(', ')}`);
    if (values.help) {
      console.log(`${usage}\nFaults: ${names.join(', ')}`);
      process.exit(0);
    }
    return { rulesOnly: values['rules-only'], faults: values.fault };
  } catch (error) {
    console.error(`${error.message}\n\n${usage}\nFaults: ${names.join(', ')}`);
    process.exit(2);
  }
}
