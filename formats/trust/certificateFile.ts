import { readFile } from 'node:fs/promises';

export type PemLabel = 'CERTIFICATE' | 'X509 CRL' | 'OCSP RESPONSE';

/**
 * DER bytes of a file that holds one object in DER, or any number of them in PEM. What is in them is not looked at.
 * @throws when the file cannot be read, or is PEM without an object of this kind or with one in broken base64
 */
export async function readDerFile(path: string, label: PemLabel): Promise<Buffer[]> {
  const bytes = await readFile(path);
  if (!bytes.includes('-----BEGIN ')) return [bytes];
  const blocks = [...bytes.toString('latin1').matchAll(new RegExp(`-----BEGIN ${label}-----([^-]*)-----END ${label}-----`, 'g'))];
  if (blocks.length === 0) throw new Error(`${path} holds no ${label} in PEM`);
  return blocks.map(([, text]) => {
    const base64 = (text as string).replace(/\s+/g, '');
    const der = Buffer.from(base64, 'base64');
    if (der.toString('base64') !== base64) throw new Error(`${path} holds broken base64`);
    return der;
  });
}

/** Reads each file once and gives equal lists as the same array, by which the validator knows them again. */
export class DerFiles {
  private readonly files = new Map<string, Promise<Buffer[]>>();
  private readonly lists = new Map<string, Promise<Buffer[]>>();

  list(paths: readonly string[], label: PemLabel): Promise<Buffer[]> {
    return once(this.lists, JSON.stringify([label, ...paths]), async () => (await Promise.all(paths.map((path) => this.file(path, label)))).flat());
  }

  /** The one certificate of a file. @throws when it holds several */
  async certificate(path: string): Promise<Buffer> {
    const [certificate, ...more] = await this.file(path, 'CERTIFICATE');
    if (certificate === undefined || more.length > 0) throw new Error(`${path} holds more than one certificate`);
    return certificate;
  }

  private file(path: string, label: PemLabel): Promise<Buffer[]> {
    return once(this.files, JSON.stringify([label, path]), () => readDerFile(path, label));
  }
}

function once<T>(memory: Map<string, Promise<T>>, key: string, make: () => Promise<T>): Promise<T> {
  const known = memory.get(key);
  if (known !== undefined) return known;
  const made = make();
  memory.set(key, made);
  return made;
}
