import { z } from 'zod';
import { PacketKeyPage } from '../../../dashboards/pages/administration/packetKey.js';
import type { FormState } from '../../../dashboards/components/formState.js';
import { insertPacketKey } from '../../../db/packetKeyIntake.js';
import { openTrustChanges } from '../../../db/views/trust.js';
import { packetKeys } from '../../../db/views/packetKeys.js';
import { seal } from '../../../runtime/seal.js';
import { ADMINISTRATOR } from '../../auth/access.js';
import { keptCertificate, readContainer, readPemPair } from '../../certificates/material.js';
import { organisationPathFault } from '../../certificates/path.js';
import { decide } from '../../decide.js';
import { sendPage } from '../../http/answer.js';
import { answerDecision, answerProblem, decisionId } from '../../http/decision.js';
import { filled, freshForm, refusal, refusedForm, type Problem } from '../../http/form.js';
import { fileOf } from '../../http/receive.js';
import type { Route, Visit } from '../../route.js';

const PATH = '/quan-tri/chung-thu';
/** A chain of certificates in PEM is a few kilobytes. */
const MAX_BYTES = 256 * 1024;

const show = async (visit: Visit, form: FormState = freshForm(visit.me.csrf), status = 200): Promise<void> => {
  const keys = await packetKeys(visit.services.db);
  const waiting = (await openTrustChanges(visit.services.db)).filter(({ content }) => content.kind === 'use_packet_key').length;
  await sendPage(visit, { title: 'Chứng thư số của Sở', view: PacketKeyPage({ keys, waiting, form, now: new Date() }), model: { keys, waiting, decisionId: form.decisionId }, status });
};

export const showPacketKey: Route = { method: 'get', path: PATH, access: ADMINISTRATOR, handle: (visit) => show(visit) };

const body = z.object({ decisionId, certificate: z.string().optional(), key: z.string().optional(), password: z.string().max(1_000).optional(), reason: z.string().trim().max(1000).default('') });

/** The first certificate is used at once; one that takes another's place waits for a second administrator. The key is sealed before it touches the database; neither it nor the file's password ever comes back to a page or goes into a log. */
export const setPacketKey: Route = {
  method: 'post', path: PATH, access: ADMINISTRATOR, body: 'file', maxFileBytes: MAX_BYTES,
  handle: async (visit) => {
    const { services, request, me } = visit;
    const again = (problem: Problem): Promise<void> => show(visit, refusedForm(me.csrf, {}, problem), visit.response.statusCode);
    const form = filled(body, request.body);
    if (!form.ok) return answerProblem(visit, form.problem, again);
    const text = (field: 'certificate' | 'key'): string => fileOf(request, field)?.bytes.toString('utf8') ?? form.data[field] ?? '';
    const container = fileOf(request, 'container')?.bytes;
    const judged = container !== undefined && container.length > 0
      ? await readContainer({ container, password: form.data.password ?? '' }, 'Sở', new Date())
      : readPemPair({ certificate: text('certificate'), key: text('key') }, 'Sở', new Date());
    if (!judged.ok) return answerProblem(visit, refusal('bad-input', { [judged.field]: judged.sentence }), again);
    const { facts, key, others } = judged.material;
    const fault = await organisationPathFault(services, facts.certificate.raw, others);
    if (fault !== null) return answerProblem(visit, refusal('bad-input', { [container !== undefined && container.length > 0 ? 'container' : 'certificate']: fault }), again);
    const replaces = (await packetKeys(services.db)).some(({ active }) => active);
    if (replaces && form.data.reason.length < 5) return answerProblem(visit, refusal('bad-input', { reason: 'Ghi lí do thay chứng thư (ít nhất 5 ký tự): quản trị khác đọc lí do này rồi mới xác nhận.' }), again);
    const id = form.data.decisionId;
    const kept = await insertPacketKey(services.db, {
      ...keptCertificate(judged.material), keyId: id,
      sealedKey: seal(services.settings.HUB_SECRET_KEY, 'packet-key', key.export({ type: 'pkcs8', format: 'der' })), others,
    });
    if (!kept) return answerProblem(visit, refusal('form-out-of-date'), again);
    const by = { id, actorId: me.personId, campaignId: null, schoolCode: null };
    const { subject, validFrom, validTo } = facts.certificate;
    const change = { kind: 'use_packet_key' as const, keyId: id, subject: subject.replaceAll('\n', ', '), fingerprint: facts.fingerprint, notBefore: new Date(validFrom).toISOString(), notAfter: new Date(validTo).toISOString() };
    const result = replaces
      ? await decide(services, { ...by, act: 'propose_trust', payload: { change, reason: form.data.reason } })
      : await decide(services, { ...by, act: 'set_packet_key', payload: { keyId: id } });
    await answerDecision(visit, id, result, PATH, again);
  },
};
