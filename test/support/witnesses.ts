import { spawnSync } from 'node:child_process';
import { verify, webcrypto, type KeyLike } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { SignedXml } from 'xml-crypto';
import type { DigestReferenceSource, Reference } from 'xmldsigjs';
import { projectRoot } from './projectRoot.js';
import { skipWithout } from './tools.js';
import { xmlsecAccepts } from './xmlsec.js';

/** One Signature of a document, by its Id. */
export type Question = { xml: Buffer; signatureId: string };
/** A verifier of XML Signatures that others wrote. */
export type Witness = {
  name: string;
  /** For the `skip` option of a test. */
  missing: string | false;
  /** Whether each Signature's digests and value are good. */
  judge: (questions: readonly Question[]) => Promise<boolean[]>;
};

const DSIG = 'http://www.w3.org/2000/09/xmldsig#';
const ECDSA = 'http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256';

export const signatureIds = (xml: Buffer): string[] => [...xml.toString().matchAll(/<Signature [^>]*Id="([^"]+)"/g)].map((found) => found[1] as string);
export const questionsOf = (xml: Buffer): Question[] => signatureIds(xml).map((signatureId) => ({ xml, signatureId }));

const signatureText = ({ xml, signatureId }: Question): string => {
  const found = [...xml.toString().matchAll(/<Signature .*?<\/Signature>/gs)].map(([whole]) => whole).find((one) => one.includes(` Id="${signatureId}"`));
  if (found === undefined) throw new Error(`no Signature ${signatureId}`);
  return found;
};

/** xml-crypto knows no ECDSA of its own and lets callers add it; what is signed, and every digest, stays its own work. */
class Ecdsa {
  readonly getSignature = (): never => { throw new Error('it only verifies'); };
  readonly verifySignature = (material: string, key: KeyLike, value: string): boolean =>
    verify('sha256', Buffer.from(material), { key: key as string, dsaEncoding: 'ieee-p1363' }, Buffer.from(value, 'base64'));
  readonly getAlgorithmName = (): string => ECDSA;
}

export function xmlCryptoAccepts(question: Question): boolean {
  const signature = signatureText(question);
  const certificate = /<X509Certificate>([^<]*)/.exec(signature)?.[1] ?? '';
  const verifier = new SignedXml({ publicCert: `-----BEGIN CERTIFICATE-----\n${certificate.replace(/.{64}(?=.)/g, '$&\n')}\n-----END CERTIFICATE-----\n` });
  verifier.SignatureAlgorithms = { ...verifier.SignatureAlgorithms, [ECDSA]: Ecdsa as never };
  verifier.loadSignature(signature);
  try {
    return verifier.checkSignature(question.xml.toString());
  } catch (fault) {
    // xml-crypto throws for a wrong value or a lost id and answers false for a wrong digest.
    if (/invalid signature/i.test((fault as Error).message)) return false;
    throw fault;
  }
}

type Dom = { documentElement: unknown; getElementsByTagNameNS: (namespace: string, name: string) => ArrayLike<DomElement> };
type DomElement = { getAttribute: (name: string) => string | null; cloneNode: (deep: boolean) => unknown };

/** xmldsigjs in its CommonJS form: only so can its own copy of xml-core be given a parser. */
export function loadXmldsigjs() {
  const require = createRequire(import.meta.url);
  const xmldsigjs = require('xmldsigjs') as typeof import('xmldsigjs');
  const inner = createRequire(require.resolve('xmldsigjs'));
  (inner('xml-core') as { setNodeDependencies: (parts: object) => void }).setNodeDependencies({ ...(inner('@xmldom/xmldom') as object), xpath: inner('xpath') as object });
  xmldsigjs.Application.setEngine('node', webcrypto as never);
  return xmldsigjs;
}

async function xmldsigjsAccepts({ xml, signatureId }: Question, { Parse, SignedXml: Verifier, XmlDsigExcC14NTransform }: ReturnType<typeof loadXmldsigjs>): Promise<boolean> {
  const document = Parse(xml.toString()) as unknown as Dom;
  const signatures = Array.from(document.getElementsByTagNameNS(DSIG, 'Signature'));
  const signature = signatures.find((one) => one.getAttribute('Id') === signatureId);
  // It looks for no id inside another Signature, whatever the reference says: under `cover: signature` that element is handed to it.
  class Handed extends Verifier {
    protected override async DigestReference(source: DigestReferenceSource, reference: Reference, check: boolean): Promise<Uint8Array<ArrayBuffer>> {
      const other = signatures.find((one) => one !== signature && `#${one.getAttribute('Id')}` === reference.Uri);
      if (other === undefined) return await super.DigestReference(source, reference, check) as Uint8Array<ArrayBuffer>;
      const transform = new XmlDsigExcC14NTransform();
      transform.LoadInnerXml(other.cloneNode(true) as never);
      return new Uint8Array(await webcrypto.subtle.digest('SHA-256', Buffer.from(transform.GetOutput() as string)));
    }
  }
  const verifier = new Handed(document as never);
  verifier.LoadXml(signature as never);
  try {
    return await verifier.Verify();
  } catch (fault) {
    // A wrong digest and a lost id are thrown, each as a cryptographic error.
    if (/XMLJS0013/.test((fault as Error).message)) return false;
    throw fault;
  }
}

/** All questions in one run: most of the time goes into starting the machine. */
function jdkAccepts(questions: readonly Question[]): boolean[] {
  const folder = mkdtempSync(path.join(tmpdir(), 'jdk-'));
  try {
    const documents = new Map([...new Set(questions.map(({ xml }) => xml))].map((xml, place) => [xml, path.join(folder, `${place}.xml`)]));
    for (const [xml, file] of documents) writeFileSync(file, xml);
    const list = path.join(folder, 'questions');
    writeFileSync(list, questions.map(({ xml, signatureId }) => `${documents.get(xml)} ${signatureId}\n`).join(''));
    const source = path.join(projectRoot, 'test', 'support', 'XmlVerify.java');
    const { status, stdout, stderr } = spawnSync('java', ['-XX:TieredStopAtLevel=1', '-Xshare:auto', source, list], { encoding: 'utf8' });
    if (status !== 0) throw new Error(`the JDK could not judge: ${stderr}`);
    const answers = stdout.trim().split('\n');
    if (answers.length !== questions.length) throw new Error(`the JDK answered ${answers.length} of ${questions.length}`);
    return answers.map((answer) => answer === 'good');
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** @param anchor PEM, for the one witness that also builds the path */
export const witnesses = (anchor: string): Witness[] => [
  { name: 'xmlsec1', missing: skipWithout('xmlsec1'), judge: async (questions) => questions.map(({ xml, signatureId }) => xmlsecAccepts(xml, signatureId, anchor)) },
  { name: 'the JDK', missing: skipWithout('java'), judge: async (questions) => jdkAccepts(questions) },
  { name: 'xml-crypto', missing: false, judge: async (questions) => questions.map(xmlCryptoAccepts) },
  {
    name: 'xmldsigjs', missing: false,
    judge: async (questions) => {
      const xmldsigjs = loadXmldsigjs();
      const answers: boolean[] = [];
      for (const question of questions) answers.push(await xmldsigjsAccepts(question, xmldsigjs));
      return answers;
    },
  },
];
