import type { Instant } from '../../domain/brand.js';
import type { Sheet } from './sheet.js';

export type SignatureField = { name: string; reason: string; location: string; signedAt: Instant };

/** Bytes kept for the signature: a CMS with one certificate takes about 2,000, a chain or a time-stamp some thousands more. */
export const SIGNATURE_BYTES = 16_384;
/** What `@signpdf` looks for and replaces by the true range. */
const RANGE_PLACEHOLDER = '**********';

/**
 * Adds an invisible signature field to the current page, empty as yet: `/ByteRange` and `/Contents` are filled in when the finished
 * bytes are signed (PAdES baseline, ETSI EN 319 142-1).
 */
export function addSignatureField(sheet: Sheet, { name, reason, location, signedAt }: SignatureField): void {
  const value = sheet.ref({
    Type: 'Sig', Filter: 'Adobe.PPKLite', SubFilter: 'ETSI.CAdES.detached',
    ByteRange: [0, RANGE_PLACEHOLDER, RANGE_PLACEHOLDER, RANGE_PLACEHOLDER], Contents: Buffer.alloc(SIGNATURE_BYTES),
    // pdfkit writes a primitive string as a name and a String object as text.
    Name: new String(name), Reason: new String(reason), Location: new String(location), M: new Date(signedAt),
  });
  (value as unknown as Ended).end();
  sheet.font('regular').initForm();
  // 132: print, and locked: the field is no form to fill in.
  sheet.annotate(0, 0, 0, 0, { Subtype: 'Widget', FT: 'Sig', T: new String('SoGDDT'), F: 132, V: value, P: sheet.page.dictionary } as unknown as PDFKit.Mixins.AnnotationOption);
  const inside = sheet as unknown as Inside;
  const form = inside._root.data.AcroForm.data;
  // 3: signatures exist, and the file may only be appended to (ISO 32000-1, table 219). Nothing here needs an appearance of the viewer's own.
  Object.assign(form, { SigFlags: 3, Fields: [inside.page.annotations.at(-1)] });
  delete form['NeedAppearances'];
}

type Ended = { end: () => void };
/** What pdfkit has but does not declare. */
type Inside = { _root: { data: { AcroForm: { data: Record<string, unknown> } } }; page: { annotations: unknown[] } };
