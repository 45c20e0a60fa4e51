import { createHmac, timingSafeEqual } from 'node:crypto';
import forge from 'node-forge';
import { Pkcs12Fault } from './fault.js';

/** DER as it stands in the file: certificates must stay the bytes that were signed, so none is ever decoded and encoded again. */
export type Pkcs12Contents = { keys: Buffer[]; certificates: Buffer[] };

type Node = forge.asn1.Asn1;

/** What common exports use is 1 to 600,000; a file that asks for more asks for our time. */
const MOST_ITERATIONS = 1_000_000;
const MOST_BAGS = 64;
const DATA = '1.2.840.113549.1.7.1';
const ENCRYPTED_DATA = '1.2.840.113549.1.7.6';
const KEY_BAG = '1.2.840.113549.1.12.10.1.1';
const SHROUDED_KEY_BAG = '1.2.840.113549.1.12.10.1.2';
const CERTIFICATE_BAG = '1.2.840.113549.1.12.10.1.3';
const X509_CERTIFICATE = '1.2.840.113549.1.9.22.1';
const PBES2 = '1.2.840.113549.1.5.13';
const PKCS12_PBE = '1.2.840.113549.1.12.1.';
const MAC_DIGESTS: Readonly<Record<string, { name: string; bytes: number; md: () => forge.md.MessageDigest }>> = {
  '1.3.14.3.2.26': { name: 'sha1', bytes: 20, md: () => forge.md.sha1.create() },
  '2.16.840.1.101.3.4.2.1': { name: 'sha256', bytes: 32, md: () => forge.md.sha256.create() },
  '2.16.840.1.101.3.4.2.2': { name: 'sha384', bytes: 48, md: () => forge.md.sha384.create() },
  '2.16.840.1.101.3.4.2.3': { name: 'sha512', bytes: 64, md: () => forge.md.sha512.create() },
};

/**
 * Opens a PFX (RFC 7292) by its password: the MAC first, so that a wrong password is told from a damaged file. Derives keys and
 * decrypts by forge, since OpenSSL 3 no longer opens the older files that certificate authorities still give out; nothing is signed.
 * @throws Pkcs12Fault
 */
export function pkcs12Contents(file: Buffer, password: string): Pkcs12Contents {
  const [, authSafe, macData] = parts(parse(file.toString('latin1')));
  const data = octetsOf(contentOf(authSafe, DATA));
  if (macData === undefined) throw new Pkcs12Fault('unsupported');
  checkMac(macData, data, password);
  const found: Pkcs12Contents = { keys: [], certificates: [] };
  const bags = parts(parse(data)).flatMap((safe) => safeBags(safe, password));
  if (bags.length > MOST_BAGS) throw new Pkcs12Fault('not-pkcs12');
  for (const bag of bags) readBag(bag, password, found);
  return found;
}

function safeBags(safe: Node, password: string): Node[] {
  const kind = oidOf(parts(safe)[0]);
  if (kind === DATA) return parts(parse(octetsOf(contentOf(safe, DATA))));
  if (kind !== ENCRYPTED_DATA) throw new Pkcs12Fault('unsupported');
  const [, encrypted] = parts(contentOf(safe, ENCRYPTED_DATA));
  const [, algorithm, content] = parts(encrypted);
  return parts(parse(decrypt(algorithm, octetsOf(content), password)));
}

function readBag(bag: Node, password: string, found: Pkcs12Contents): void {
  const [type, wrapped] = parts(bag);
  const [value] = parts(wrapped);
  switch (oidOf(type)) {
    case KEY_BAG: found.keys.push(bytesOf(forge.asn1.toDer(value as Node).getBytes())); break;
    case SHROUDED_KEY_BAG: {
      const [algorithm, content] = parts(value);
      found.keys.push(bytesOf(decrypt(algorithm, octetsOf(content), password)));
      break;
    }
    case CERTIFICATE_BAG: {
      const [kind, certificate] = parts(value);
      if (oidOf(kind) === X509_CERTIFICATE) found.certificates.push(bytesOf(octetsOf(parts(certificate)[0])));
      break;
    }
    // Friendly names of authorities, revocation lists and secrets: nothing we use.
    default:
  }
}

function checkMac(macData: Node, data: string, password: string): void {
  const [digestInfo, salt, count] = parts(macData);
  const [algorithm, stated] = parts(digestInfo);
  const digest = MAC_DIGESTS[oidOf(parts(algorithm)[0])];
  if (digest === undefined) throw new Pkcs12Fault('unsupported');
  const key = forge.pkcs12.generateKey(password, forge.util.createBuffer(octetsOf(salt)) as never, 3, count === undefined ? 1 : iterationsOf(count), digest.bytes, digest.md());
  const made = createHmac(digest.name, bytesOf((key as unknown as forge.util.ByteStringBuffer).getBytes())).update(bytesOf(data)).digest();
  const wanted = bytesOf(octetsOf(stated));
  if (made.length !== wanted.length || !timingSafeEqual(made, wanted)) throw new Pkcs12Fault('wrong-password');
}

/** The older schemes take the password as UTF-16 (forge's own way), PBES2 as UTF-8; both as openssl and Windows write them. */
function decrypt(algorithm: Node | undefined, content: string, password: string): string {
  const [type, parameters] = parts(algorithm);
  const scheme = oidOf(type);
  if (parameters === undefined || (scheme !== PBES2 && !scheme.startsWith(PKCS12_PBE))) throw new Pkcs12Fault('unsupported');
  const counted = scheme === PBES2 ? parts(parts(parts(parameters)[0])[1])[1] : parts(parameters)[1];
  iterationsOf(counted);
  const secret = scheme === PBES2 ? forge.util.encodeUtf8(password) : password;
  const cipher = understood(() => (forge.pki as unknown as { pbe: { getCipher: (oid: string, parameters: Node, password: string) => forge.cipher.BlockCipher } }).pbe.getCipher(scheme, parameters, secret), 'unsupported');
  cipher.update(forge.util.createBuffer(content));
  if (!cipher.finish()) throw new Pkcs12Fault('wrong-password');
  return cipher.output.getBytes();
}

/** Looked at before any of them is run. */
function iterationsOf(node: Node | undefined): number {
  const bytes = typeof node?.value === 'string' ? bytesOf(node.value) : Buffer.alloc(0);
  if (bytes.length === 0 || bytes.length > 5) throw new Pkcs12Fault(bytes.length === 0 ? 'not-pkcs12' : 'too-many-iterations');
  const count = bytes.readUIntBE(0, bytes.length);
  if (count < 1 || count > MOST_ITERATIONS) throw new Pkcs12Fault('too-many-iterations');
  return count;
}

const parse = (der: string): Node => understood(() => forge.asn1.fromDer(der), 'not-pkcs12');

/** forge throws plain errors with words for programmers; here each has one meaning for the person with the file. */
function understood<Value>(read: () => Value, code: 'not-pkcs12' | 'unsupported'): Value {
  try {
    return read();
  } catch {
    throw new Pkcs12Fault(code);
  }
}

function parts(node: Node | undefined): Node[] {
  if (node === undefined || !Array.isArray(node.value)) throw new Pkcs12Fault('not-pkcs12');
  return node.value;
}

function contentOf(contentInfo: Node | undefined, type: string): Node {
  const [kind, wrapped] = parts(contentInfo);
  const [content] = parts(wrapped);
  if (oidOf(kind) !== type || content === undefined) throw new Pkcs12Fault('unsupported');
  return content;
}

/** Windows and Java cut long octet strings into pieces. */
function octetsOf(node: Node | undefined): string {
  if (node === undefined) throw new Pkcs12Fault('not-pkcs12');
  return typeof node.value === 'string' ? node.value : node.value.map(octetsOf).join('');
}

const oidOf = (node: Node | undefined): string =>
  (typeof node?.value === 'string' && node.value !== '' ? understood(() => forge.asn1.derToOid(node.value as never), 'not-pkcs12') : '');

const bytesOf = (letters: string): Buffer => Buffer.from(letters, 'latin1');
