import type { Db } from '../../db/connect.js';
import { anchorsInForce } from '../../db/trust/inForce.js';
import { findOpenssl } from '../../formats/trust/opensslCommand.js';
import { PLAIN_QUESTION, type PathValidator } from '../../formats/trust/question.js';
import { createPathValidator } from '../../formats/trust/validator.js';
import type { Services } from '../services.js';

const validators = new Map<string, Promise<PathValidator>>();

/** One for the process: its answers are kept. */
function validatorOf(configured: string | undefined): Promise<PathValidator> {
  const made = validators.get(configured ?? '') ?? findOpenssl(configured).then((found) => {
    if (found.path === null) throw new Error(`no usable openssl command: ${found.fault}`);
    return createPathValidator({ opensslPath: found.path });
  });
  validators.set(configured ?? '', made);
  return made;
}

/**
 * Whether an organisation's certificate comes from an authority that is trusted for organisations now, said at once beside the field. Revocation is
 * asked by a worker: for the Sở's when the decision is carried out, for a school's at each seal.
 * @param others DER, what came with it
 * @returns the fault as a sentence, null when its path holds
 */
export async function organisationPathFault({ db, settings }: Pick<Services, 'db' | 'settings'>, certificate: Uint8Array, others: readonly Uint8Array[] = []): Promise<string | null> {
  const anchors = await organisationAnchors(db);
  if (anchors.length === 0) return 'Chưa có tổ chức chứng thực nào được chấp nhận cho chứng thư tổ chức nên chưa kiểm tra được. Quản trị hệ thống của Sở bổ sung ở trang Nguồn tin cậy trước.';
  const validator = await validatorOf(settings.HUB_OPENSSL);
  const { verdict, reason } = await validator.ask({
    ...PLAIN_QUESTION, certificate, intermediates: others.slice(0, 8), anchors: anchors.map(({ der }) => der), weakAuthorities: anchors.flatMap(({ weak, fingerprint }) => (weak ? [fingerprint] : [])),
    role: 'organisation', revocation: 'none',
  });
  return verdict === 'valid' ? null : reason;
}

const organisationAnchors = async (db: Db) => (await anchorsInForce(db)).filter(({ uses }) => uses.includes('organisation'));
