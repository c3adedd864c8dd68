import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { failure, success, type Result } from '@belfry/domain';

const certificateBlock =
  /-----BEGIN (?:TRUSTED )?CERTIFICATE-----[^-]+-----END (?:TRUSTED )?CERTIFICATE-----/g;

/**
 * Reads the file that the setting SMTP_CA_FILE names: certificates in PEM (RFC 7468), one or more; whatever else is in
 * the file is left out. A file that can't be read, or holds none, is a problem.
 */
export function readAuthorities(path: string): Result<string> {
  let text: string;
  try {
    text = readFileSync(path, 'latin1');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return failure({ pointer: '', message: `names a file that can't be read (${code ?? 'unknown fault'})` });
  }
  const certificates = text.match(certificateBlock) ?? [];
  if (certificates.length === 0) {
    return failure({
      pointer: '',
      message: 'names a file without a certificate: it must have one or more, in PEM format',
    });
  }
  const broken = certificates.findIndex((certificate) => !isCertificate(certificate));
  if (broken >= 0) {
    const message = `names a file whose certificate number ${broken + 1} can't be read: each must be in PEM format`;
    return failure({ pointer: '', message });
  }
  return success(`${certificates.join('\n')}\n`);
}

function isCertificate(pem: string): boolean {
  try {
    return new X509Certificate(pem).raw.length > 0;
  } catch {
    // OpenSSL throws for any fault in it; which byte was wrong helps no one.
    return false;
  }
}
