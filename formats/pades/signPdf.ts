import type { KeyObject, X509Certificate } from 'node:crypto';
import { SignPdf } from '@signpdf/signpdf';
import { Signer } from '@signpdf/utils';
import { detachedCms, type Stamp } from './cms.js';

class KeyObjectSigner extends Signer {
  constructor(private readonly signer: { key: KeyObject; certificate: X509Certificate }, private readonly stamp: Stamp | null) { super(); }

  override sign(content: Buffer): Promise<Buffer> {
    return detachedCms(content, this.signer, this.stamp);
  }
}

/**
 * Fills the empty signature field of a PDF: one PAdES signature over the whole file but for its own value. RSA and hashing are done by
 * `node:crypto`, so that the key stays a `KeyObject`.
 * @param pdf bytes with a `/ByteRange` placeholder (`addSignatureField`)
 * @param stamp gives the time-stamp over the signature (baseline B-T); null: without one (B-B)
 * @throws what `stamp` throws: nothing is signed half
 */
export const signPdf = (pdf: Buffer, signer: { key: KeyObject; certificate: X509Certificate }, stamp: Stamp | null): Promise<Buffer> =>
  new SignPdf().sign(pdf, new KeyObjectSigner(signer, stamp));
