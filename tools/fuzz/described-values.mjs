/** Values as a JSON Schema of the API's description asks for them: what a request is before it is made hostile. */
import fc from 'fast-check';

const names = fc.oneof(
  fc.constantFrom('Acme', 'CRM sync', 'Łódź & Søns', "O'Brien", '漢字', 'a'.repeat(255)),
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 30 }),
);
const times = fc
  .date({ min: new Date('1970-01-01'), max: new Date('2100-01-01'), noInvalidDate: true })
  .map((date) => date.toISOString());
const mailAddresses = fc.integer({ min: 0, max: 99 }).map((number) => `person${number}@mail.example.com`);

/** Makes arbitraries from schemas. */
export class DescribedValues {
  /**
   * @param {object} document the OpenAPI document; its references are followed
   * @param {{ endpointUrl: string, accountIds: readonly number[] }} known what exists, so that requests meet something
   */
  constructor(document, known) {
    this.document = document;
    this.known = known;
  }

  /** Values of the schema; `name` is the field's, and decides where the schema says little. */
  of(schema, name = '') {
    if (schema.$ref !== undefined) return this.of(this.#target(schema.$ref), name);
    const choices = schema.oneOf ?? schema.anyOf;
    if (choices !== undefined) return fc.oneof(...choices.map((choice) => this.of(choice, name)));
    if (schema.enum !== undefined) return fc.constantFrom(...schema.enum);
    if (schema.const !== undefined) return fc.constant(schema.const);
    if (Array.isArray(schema.type)) {
      return fc.oneof(...schema.type.map((type) => this.of({ ...schema, type }, name)));
    }
    const byType = {
      object: () => this.#object(schema),
      array: () => fc.array(this.of(schema.items), { minLength: schema.minItems ?? 0, maxLength: 4 }),
      integer: () => this.#integer(name),
      number: () => this.#integer(name),
      boolean: () => fc.boolean(),
      null: () => fc.constant(null),
      string: () => this.#text(schema, name),
    };
    const make = byType[schema.type];
    if (make === undefined) throw new Error(`no values are known for the schema ${JSON.stringify(schema)}`);
    return make();
  }

  #object({ properties = {}, required = [] }) {
    const fields = Object.fromEntries(
      Object.entries(properties).map(([name, schema]) => [name, this.of(schema, name)]),
    );
    return fc.record(fields, { requiredKeys: required.filter((name) => name in fields) });
  }

  #integer(name) {
    if (name === 'account_id') return fc.constantFrom(...this.known.accountIds);
    if (name === 'limit') return fc.integer({ min: 1, max: 200 });
    return fc.integer({ min: 1, max: 1_000_000 });
  }

  #text({ format }, name) {
    if (format === 'date-time' || name === 'timestamp') return times;
    if (format === 'uuid') return fc.uuid();
    if (format === 'email' || name === 'email_subscribers') return mailAddresses;
    // Nothing that is sent leaves this machine: the endpoint is the run's own, and `.invalid` can't exist (RFC 6761).
    if (name === 'webhook_url')
      return fc.constantFrom(this.known.endpointUrl, this.known.endpointUrl, 'https://hooks.invalid/in?t=1');
    if (name.endsWith('_link')) return fc.webUrl();
    if (name === 'environment') return fc.stringMatching(/^[A-Za-z0-9._-]{1,64}$/);
    if (name === 'window') return fc.constantFrom('1h', '24h', '7d', '31d');
    return names;
  }

  #target(reference) {
    return reference
      .slice(2)
      .split('/')
      .reduce((part, step) => part[step], this.document);
  }
}
