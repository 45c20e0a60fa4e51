import type { KeyObject, X509Certificate } from 'node:crypto';
import { SignPdf } from '@signpdf/signpdf';
import { Signer } from '@signpdf/utils';
import { detachedCms } from './cms.js';

class KeyObjectSigner extends Signer {
  constructor(private readonly signer: { key: KeyObject; certificate: X509Certificate }) { super(); }

  override sign(content: Buffer): Promise<Buffer> {
    return Promise.resolve(detachedCms(content, this.signer));
  }
}

/**
 * Fills the empty signature field of a PDF: one PAdES signature over the whole file but for its own value. RSA and hashing are done by
 * `node:crypto`, so that the key stays a `KeyObject`.
 * @param pdf bytes with a `/ByteRange` placeholder (`addSignatureField`)
 */
export const signPdf = (pdf: Buffer, signer: { key: KeyObject; certificate: X509Certificate }): Promise<Buffer> =>
  new SignPdf().sign(pdf, new KeyObjectSigner(signer));
