import assert from 'node:assert/strict';
import { webcrypto } from 'node:crypto';
import type { Signer } from './certificates.js';
import { loadXmldsigjs } from './witnesses.js';

type Library = ReturnType<typeof loadXmldsigjs>;
let library: Library | undefined;

export type XmldsigjsOrder = {
  signer: Signer;
  /** Id of the Signature, id of what is signed, and the tag at whose end the Signature goes. */
  id: string; dataId: string; tag: string;
  signedAt: string;
  canonicalization: 'c14n' | 'exc-c14n';
  /** Without them the Reference has no Transforms. */
  transforms: readonly ('c14n' | 'exc-c14n')[];
};

/** A role's block signed by xmldsigjs, from the first digest to the last: digests, SignedInfo, value and every element of the Signature are its own. */
export async function xmldsigjsSigns(xml: string, { signer, id, dataId, tag, signedAt, canonicalization, transforms }: XmldsigjsOrder): Promise<string> {
  library ??= loadXmldsigjs();
  const rsa = signer.key.asymmetricKeyType === 'rsa';
  const algorithm = rsa ? { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' } : { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
  const key = await webcrypto.subtle.importKey('pkcs8', signer.key.export({ type: 'pkcs8', format: 'der' }) as Buffer, algorithm, false, ['sign']);
  const signed = new library.SignedXml();
  const { XmlSignature: signature } = signed;
  if (canonicalization === 'exc-c14n') signature.SignedInfo.CanonicalizationMethod.Algorithm = 'http://www.w3.org/2001/10/xml-exc-c14n#';
  const person = new library.KeyInfoX509Data(signer.der);
  person.AddSubjectName(signer.certificate.subject.replaceAll('\n', ','));
  signature.KeyInfo.Add(person);
  const time = library.Parse(`<ds:Object xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:SignatureProperties><ds:SignatureProperty Id="time-${id}" Target="#${id}">`
    + `<ds:SigningTime>${signedAt}</ds:SigningTime></ds:SignatureProperty></ds:SignatureProperties></ds:Object>`);
  signature.ObjectList.Add(library.DataObject.LoadXml(time.documentElement as never) as never);
  const reference = { hash: 'SHA-256' as const, transforms: [...transforms] };
  await signed.Sign(algorithm, key as never, library.Parse(xml) as never, { id, references: [{ ...reference, uri: `#${dataId}` }, { ...reference, uri: `#time-${id}` }] });
  const end = `</${tag}>`;
  assert.equal(xml.split(end).length, 2);
  return xml.replace(end, () => `${signed.toString()}${end}`);
}
