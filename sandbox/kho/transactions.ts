import { Router, type ErrorRequestHandler, type RequestHandler } from 'express';
import { z } from 'zod';
import { playCommonFaults } from '../process/commonFaults.js';
import type { FaultScript } from '../process/faults.js';
import { ISSUERS, SIGNATURE_KINDS, type CertificateBook } from './certificates.js';
import type { KhoFaults } from './faultScript.js';
import type { PacketBook } from './packets.js';
import type { Submission } from './submit.js';
import type { UnitBook } from './units.js';
import { certificateRequest, loseAnswer, queryRequest, receipt, registrationAnswer, submitRequest, tokenRequest, type AuthenticationRequest } from './wire.js';

export type KhoParts = { units: UnitBook; certificates: CertificateBook; packets: PacketBook; submission: Submission; faults: FaultScript<KhoFaults> };

/** The Kho as its callers see it: one path per transaction under `/api`, JSON over POST. */
export function transactions({ units, certificates, packets, submission, faults }: KhoParts): Router {
  const router = Router();
  router.use(playDown(faults), playCommonFaults(faults));

  router.post('/token', (request, response) => {
    const { user_name, password } = tokenRequest.parse(request.body);
    const token = units.issueToken(user_name, password);
    if (token === null) response.status(401).json(receipt('', 'refused', 'SAI_TAI_KHOAN', 'Tên đăng nhập hoặc mật khẩu không đúng.'));
    else response.json(token);
  });

  router.use(requireEntry(units));

  router.post('/submit', async (request, response) => {
    const answer = await submission.take(submitRequest.parse(request.body));
    if (answer.Error === '' && await faults.take('loseAnswerNext')) loseAnswer(response);
    else response.json(answer);
  });

  router.post('/result', async (request, response) => {
    const { messageid, ma_don_vi } = queryRequest.parse(request.body).authenticationRequest;
    const packet = packets.get(messageid);
    if (packet?.unit !== ma_don_vi) {
      response.json(receipt(messageid, 'refused', 'KHONG_TIM_THAY', 'Không có giao dịch nào mang messageid này.'));
    } else if (!packet.done) {
      response.json(receipt(messageid, 'pending'));
    } else {
      const records = await packets.result(messageid);
      const twice = await faults.take('answerTwiceNext');
      response.json({ ...receipt(messageid, 'done'), danh_sach_ket_qua: twice ? [...records, ...records] : records });
    }
  });

  router.post('/certificate', async (request, response) => {
    const input = certificateRequest.parse(request.body);
    const refusal = await certificates.register(input, async () => !(await faults.take('refuseCertificateNext')));
    response.json(registrationAnswer(input.authenticationRequest.messageid, refusal?.error, refusal?.field, refusal?.description));
  });

  router.post('/certificate-result', (request, response) => {
    const { messageid, ma_don_vi } = queryRequest.parse(request.body).authenticationRequest;
    const decision = certificates.decision(messageid, ma_don_vi);
    if (decision === null) response.json(registrationAnswer(messageid, 'KHONG_TIM_THAY', 'messageid', 'Không có đăng ký nào mang messageid này.'));
    else response.json({ ...registrationAnswer(messageid), serial_number: decision.serial, ...(decision.decided ? { trang_thai_phe_duyet: decision.approved ? 1 : 0 } : {}) });
  });

  router.post('/signature-kinds', (_request, response) => void response.json({ danh_muc: SIGNATURE_KINDS }));
  router.post('/certificate-issuers', (_request, response) => void response.json({ danh_muc: ISSUERS }));

  router.use(answerWithReceipt);
  return router;
}

const playDown = (faults: FaultScript<KhoFaults>): RequestHandler => (_request, response, next) => {
  const { down } = faults.now;
  if (down === 'reset') loseAnswer(response);
  else if (down === '503') response.status(503).json(receipt('', 'refused', 'BAO_TRI', 'Kho đang bảo trì (mô phỏng).'));
  else next();
};

/** Token, account and unit of every transaction after the first. */
const requireEntry = (units: UnitBook): RequestHandler => (request, response, next) => {
  const { authenticationRequest } = queryRequest.parse(request.body) as { authenticationRequest: AuthenticationRequest };
  const entry = units.enter(authenticationRequest);
  if (entry.ok) next();
  else response.status(401).json(receipt(authenticationRequest.messageid, 'refused', entry.error, entry.description));
};

/** A body of the wrong shape is answered in the exchange's own form; it names fields, never values. */
const answerWithReceipt: ErrorRequestHandler = (error: unknown, _request, response, next) => {
  if (!(error instanceof z.ZodError)) return next(error);
  const fields = [...new Set(error.issues.map((issue) => issue.path.join('.')))].join(', ');
  response.status(400).json(receipt('', 'refused', 'SAI_DINH_DANG', `Thiếu hoặc sai trường: ${fields}.`));
};
