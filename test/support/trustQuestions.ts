import { PLAIN_QUESTION, type PathAnswer, type PathQuestion, type PathValidator } from '../../formats/trust/question.js';
import { findOpenssl } from '../../formats/trust/opensslCommand.js';
import { createPathValidator } from '../../formats/trust/validator.js';
import { authority, instant, list, type Issued } from './trustPki.js';

/** The time at which questions of these tests are asked, and what they start from. */
export const NOW = instant('2026-06-15');
export const root = authority(null, 'Gốc tin cậy');
export const agency = authority(root, 'Tổ chức chứng thực');
export const rootList = list(root);
export const agencyList = list(agency);

const openssl = await findOpenssl(process.env['HUB_OPENSSL']);
if (openssl.path === null) throw new Error(openssl.fault);
export const opensslPath = openssl.path;

export const validator: PathValidator = createPathValidator({ opensslPath, clock: () => NOW.getTime() });

export const question = (certificate: Issued, changes: Partial<PathQuestion> = {}): PathQuestion =>
  ({ ...PLAIN_QUESTION, certificate: certificate.der, intermediates: [agency.der], anchors: [root.der], crls: [rootList, agencyList], role: 'person', ...changes });

/** The answer's code, or `valid`. */
export const codeOf = async (certificate: Issued, changes: Partial<PathQuestion> = {}): Promise<string> => (await answerTo(certificate, changes)).code;

export const answerTo = (certificate: Issued, changes: Partial<PathQuestion> = {}): Promise<PathAnswer> => validator.ask(question(certificate, changes));
