import { signEnveloped, type EnvelopedInput } from '../signature/enveloped.js';
import { certificateFacts } from '../signature/certificate.js';
import { textElement } from '../xml/text.js';

/** Puts the sender's transaction Signature inside the root of a batch (spec §4). The key is the Sở's own packet certificate's. */
export const signTransaction = (input: EnvelopedInput): Buffer => signEnveloped(input);

/**
 * The document of transaction 3: the certificate to be registered, signed by itself. The annex asks for both but fixes no tags for
 * it; these are ours, to be replaced when the Ministry's become known.
 */
export function signCertificateRegistration({ unitCode, ...input }: Omit<EnvelopedInput, 'xml'> & { unitCode: string }): Buffer {
  const base64 = certificateFacts(input.certificate)?.base64 ?? '';
  const xml = `<CHUNG_THU_SO id="dataChungThuSo">${textElement('MA_DON_VI', unitCode)}${textElement('NOI_DUNG', base64)}</CHUNG_THU_SO>`;
  return signEnveloped({ ...input, xml: Buffer.from(xml, 'utf8') });
}
