/** Certificates made for a test run. */
import { generate } from 'selfsigned';

export interface Certificate {
  readonly key: string;
  readonly cert: string;
}

/** A certificate authority of the tests' own. */
export async function createAuthority(): Promise<Certificate> {
  const { private: key, cert } = await generate([{ name: 'commonName', value: 'Test authority' }], {
    keyType: 'ec',
    algorithm: 'sha256',
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
    ],
  });
  return { key, cert };
}

/** A certificate for this name or address; self-signed without an authority. */
export async function createCertificate(
  name: string,
  authority?: Certificate,
  validUntil?: Date,
): Promise<Certificate> {
  const { private: key, cert } = await generate([{ name: 'commonName', value: name }], {
    keyType: 'ec',
    algorithm: 'sha256',
    ...(authority === undefined ? {} : { ca: authority }),
    ...(validUntil === undefined
      ? {}
      : { notBeforeDate: new Date(validUntil.getTime() - 86_400_000), notAfterDate: validUntil }),
    extensions: [
      {
        name: 'subjectAltName',
        altNames: [name === '127.0.0.1' ? { type: 7, ip: name } : { type: 2, value: name }],
      },
    ],
  });
  return { key, cert };
}
