/** Certificates for the mail servers of the tests, as a distribution's set-up makes them: signed by themselves. */
import { generate } from 'selfsigned';

/** A key, and a certificate for the name or the address 127.0.0.1 that is its own authority. */
export async function selfSigned(name = '127.0.0.1'): Promise<{ key: string; cert: string }> {
  const { private: key, cert } = await generate([{ name: 'commonName', value: name }], {
    keyType: 'ec',
    algorithm: 'sha256',
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      {
        name: 'subjectAltName',
        altNames: [name === '127.0.0.1' ? { type: 7, ip: name } : { type: 2, value: name }],
      },
    ],
  });
  return { key, cert };
}
