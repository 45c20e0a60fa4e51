import { z } from 'zod';
import { PacketKeyPage } from '../../../dashboards/pages/administration/packetKey.js';
import type { FormState } from '../../../dashboards/components/formState.js';
import { insertPacketKey } from '../../../db/packetKeyIntake.js';
import { packetKeys } from '../../../db/views/packetKeys.js';
import { seal } from '../../../runtime/seal.js';
import { ADMINISTRATOR } from '../../auth/access.js';
import { decide } from '../../decide.js';
import { sendPage } from '../../http/answer.js';
import { answerDecision, answerProblem, decisionId } from '../../http/decision.js';
import { filled, freshForm, refusal, refusedForm, type Problem } from '../../http/form.js';
import { fileOf } from '../../http/receive.js';
import type { Route, Visit } from '../../route.js';
import { readPacketContainer, readPacketMaterial } from './packetMaterial.js';

const PATH = '/quan-tri/chung-thu';
/** A chain of certificates in PEM is a few kilobytes. */
const MAX_BYTES = 256 * 1024;

const show = async (visit: Visit, form: FormState = freshForm(visit.me.csrf), status = 200): Promise<void> => {
  const keys = await packetKeys(visit.services.db);
  await sendPage(visit, { title: 'Chứng thư số của Sở', view: PacketKeyPage({ keys, form, now: new Date() }), model: { keys, decisionId: form.decisionId }, status });
};

export const showPacketKey: Route = { method: 'get', path: PATH, access: ADMINISTRATOR, handle: (visit) => show(visit) };

const body = z.object({ decisionId, certificate: z.string().optional(), key: z.string().optional(), password: z.string().max(1_000).optional() });

/** The key is sealed before it touches the database; neither it nor the file's password ever comes back to a page or goes into a log. */
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
      ? await readPacketContainer({ container, password: form.data.password ?? '' }, new Date())
      : readPacketMaterial({ certificate: text('certificate'), key: text('key') }, new Date());
    if (!judged.ok) return answerProblem(visit, refusal('bad-input', { [judged.field]: judged.sentence }), again);
    const { facts, taxCode, key } = judged.material;
    const id = form.data.decisionId;
    const kept = await insertPacketKey(services.db, {
      keyId: id, der: facts.certificate.raw, fingerprint: facts.fingerprint, uid: `MST:${taxCode}`, serial: facts.certificate.serialNumber,
      validFrom: new Date(facts.certificate.validFrom).toISOString(), validTo: new Date(facts.certificate.validTo).toISOString(),
      sealedKey: seal(services.settings.HUB_SECRET_KEY, 'packet-key', key.export({ type: 'pkcs8', format: 'der' })),
    });
    if (!kept) return answerProblem(visit, refusal('form-out-of-date'), again);
    const result = await decide(services, { id, act: 'set_packet_key', actorId: me.personId, campaignId: null, schoolCode: null, payload: { keyId: id } });
    await answerDecision(visit, id, result, PATH, again);
  },
};
