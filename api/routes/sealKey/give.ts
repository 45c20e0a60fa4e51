import { z } from 'zod';
import { insertSealKey } from '../../../db/sealKeyIntake.js';
import { approvedSeals } from '../../../db/vendor/cards.js';
import { seal, sealKeyPurpose } from '../../../runtime/seal.js';
import { keptCertificate, readContainer, type OrganisationMaterial } from '../../certificates/material.js';
import { oneAtATime } from '../../certificates/oneAtATime.js';
import { organisationPathFault } from '../../certificates/path.js';
import { decide } from '../../decide.js';
import { answerDecision, answerProblem, decisionId } from '../../http/decision.js';
import { filled, refusal, refusedForm, type Problem } from '../../http/form.js';
import { fileOf } from '../../http/receive.js';
import type { Route, Visit } from '../../route.js';
import { requirePathSchool } from '../approve/place.js';
import { GIVERS, pathOf, renderSealKey } from './show.js';

/** A file of a certificate, its key and a chain is some kilobytes. */
const MAX_BYTES = 256 * 1024;
const body = z.object({ decisionId, password: z.string().max(1_000).default('') });

/** The key is sealed before it touches the database, and kept only if the decision is; neither it nor the file's password ever comes back to a page or goes into a log. */
export const giveSealKey: Route = {
  method: 'post', path: '/truong/:schoolCode/chung-thu', access: GIVERS, body: 'file', maxFileBytes: MAX_BYTES,
  handle: async (visit) => {
    const { services, request, me } = visit;
    const schoolCode = await requirePathSchool(visit, GIVERS);
    const again = (problem: Problem): Promise<void> => renderSealKey(visit, schoolCode, { give: refusedForm(me.csrf, {}, problem) });
    const form = filled(body, request.body);
    if (!form.ok) return answerProblem(visit, form.problem, again);
    const container = fileOf(request, 'container')?.bytes;
    if (container === undefined || container.length === 0) return answerProblem(visit, refusal('bad-input', { container: 'Chọn tệp .p12 hoặc .pfx của trường.' }), again);
    const judged = await oneAtATime(me.personId, () => readContainer({ container, password: form.data.password }, 'trường', new Date()));
    if (judged === null) return answerProblem(visit, refusal('bad-input', { container: 'Tệp gửi trước còn đang mở. Chờ nửa phút rồi gửi lại.' }), again);
    if (!judged.ok) return answerProblem(visit, refusal('bad-input', { [judged.field]: judged.sentence }), again);
    const fault = await faultFor(visit, schoolCode, judged.material);
    if (fault !== null) return answerProblem(visit, refusal('bad-input', { container: fault }), again);
    const { decisionId: id } = form.data;
    const sealedKey = seal(services.settings.HUB_SECRET_KEY, sealKeyPurpose(id), judged.material.key.export({ type: 'pkcs8', format: 'der' }));
    const result = await decide(services, { id, act: 'give_seal', actorId: me.personId, campaignId: null, schoolCode, payload: { keyId: id, fingerprint: judged.material.facts.fingerprint } },
      (trx) => insertSealKey(trx, { ...keptCertificate(judged.material), keyId: id, schoolCode, sealedKey, givenBy: me.personId }));
    return answerDecision(visit, id, result, pathOf(schoolCode), again);
  },
};

/** What speaks against this certificate as this school's seal, and what to do about it; null when nothing does. What came beside it in the file proves nothing: at receipt only known authorities count. */
async function faultFor({ services }: Visit, schoolCode: string, { facts }: OrganisationMaterial): Promise<string | null> {
  const approved = await approvedSeals(services.db, schoolCode);
  if (approved.size === 0) return `Sở GD&ĐT chưa phê duyệt chứng thư nào cho trường. Gửi dấu vân tay SHA-256 của chứng thư này cho chuyên viên Sở ghi vào danh mục đơn vị (cột "Dấu vân tay chứng thư số của trường"), rồi nạp lại: ${facts.fingerprint}`;
  if (!approved.has(facts.fingerprint)) {
    return `Chứng thư trong tệp (${facts.subjectName}) không phải chứng thư Sở GD&ĐT đã phê duyệt cho trường này. Kiểm tra đã chọn đúng tệp; nếu trường vừa được cấp chứng thư mới, gửi dấu vân tay SHA-256 cho chuyên viên Sở ghi vào danh mục đơn vị (cột "Dấu vân tay chứng thư số của trường") rồi nạp lại: ${facts.fingerprint}`;
  }
  return organisationPathFault(services, facts.certificate.raw);
}
