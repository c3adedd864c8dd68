import fc from 'fast-check';
import { Refusal } from './failure.js';
import { parseDocuments } from './input.js';

test('documents are read back whether each is on a line of its own or one is spread over many lines', () => {
  fc.assert(
    fc.property(fc.array(fc.dictionary(fc.string(), fc.jsonValue()), { minLength: 2 }), (given) => {
      const documents = JSON.parse(JSON.stringify(given)) as unknown[];
      const lines = `${documents.map((document) => JSON.stringify(document)).join('\n\n')}\n`;
      expect(parseDocuments(lines)).toEqual({ documents, many: true });
      expect(parseDocuments(JSON.stringify(documents[0], null, 2))).toEqual({
        documents: [documents[0]],
        many: false,
      });
    }),
  );
});

test('nothing at all is refused, and of many lines every one that is not JSON is named', () => {
  expect(() => parseDocuments(' \n')).toThrow(Refusal);
  const refused = () => parseDocuments('{}\nx\n{}\n{"a":\n');
  expect(refused).toThrow(
    expect.objectContaining({
      problems: [
        { pointer: 'line 2', message: 'is not valid JSON' },
        { pointer: 'line 4', message: 'is not valid JSON' },
      ],
    }) as Error,
  );
});
