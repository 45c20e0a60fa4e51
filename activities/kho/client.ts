import { createHash } from 'node:crypto';
import { z } from 'zod';
import { encodeContent } from '../../formats/kho/content.js';
import { receipt, registrationAnswer, registrationResult, submissionResult, type SubmissionRecord } from '../../formats/kho/messages.js';
import { OutsideFault } from '../fault.js';
import { outsideJson } from '../outsideJson.js';

/** What the Ministry has not published, as settings of the connector (spec §4). */
export const KHO_CONNECTOR = {
  paths: { token: '/api/token', submit: '/api/submit', result: '/api/result', certificate: '/api/certificate', certificateResult: '/api/certificate-result' },
  kinds: { submit: ['HOC_BA', 'GUI'], result: ['HOC_BA', 'TRA_CUU'], certificate: ['CHUNG_THU', 'DANG_KY'], certificateResult: ['CHUNG_THU', 'TRA_CUU'] },
  notFound: 'KHONG_TIM_THAY',
  signatureKind: 'USB_TOKEN',
  issuer: 'BAN_CO_YEU',
  timeoutMs: 60_000,
} as const;

/** What became of a submission; an outcome, not an exception (design §3). */
export type SubmitOutcome = { kind: 'receipt'; code: string } | { kind: 'refused'; code: string; description: string };
export type ResultOutcome = { kind: 'pending' } | { kind: 'not-found' } | { kind: 'verdicts'; records: SubmissionRecord[] };
export type CertificateOutcome = { kind: 'taken' } | { kind: 'refused'; code: string };
export type CertificateState = { kind: 'pending' } | { kind: 'approved' } | { kind: 'refused'; code: string } | { kind: 'not-found' };

type Account = { url: string; user: string; password: string; unitCode: string };
type Packet = { messageId: string; schoolYear: string; xml: Buffer };
export type KhoClient = {
  submit: (packet: Packet) => Promise<SubmitOutcome>;
  result: (query: { messageId: string; schoolYear: string }) => Promise<ResultOutcome>;
  registerCertificate: (input: { messageId: string; year: number; serial: string; validFrom: string; content: Buffer }) => Promise<CertificateOutcome>;
  certificateState: (query: { messageId: string; year: number }) => Promise<CertificateState>;
};

const tokenAnswer = z.object({ token: z.string().min(1) });
const yearOf = (schoolYear: string): number => Number(schoolYear.slice(0, 4));

/**
 * Transactions 1–4 of the Ministry's repository over JSON POST. A transport fault is thrown as `OutsideFault`: whether the Kho has
 * taken anything in is then not known.
 */
export function khoClient(account: Account): KhoClient {
  const passwordHash = createHash('sha256').update(account.password).digest('hex');
  let token: Promise<string> | null = null;

  const post = async (path: string, body: unknown): Promise<{ status: number; json: unknown }> => {
    let response: Response;
    try {
      response = await fetch(new URL(path, account.url), {
        method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body), redirect: 'error', signal: AbortSignal.timeout(KHO_CONNECTOR.timeoutMs),
      });
    } catch (error) {
      throw new OutsideFault('kho', error instanceof Error && error.name === 'TimeoutError' ? 'timeout' : 'unreachable');
    }
    if (response.status >= 500 || response.status === 429) throw new OutsideFault('kho', `http-${response.status}`);
    return { status: response.status, json: await outsideJson('kho', response) };
  };

  const freshToken = async (): Promise<string> => {
    const { status, json } = await post(KHO_CONNECTOR.paths.token, { user_name: account.user, password: passwordHash });
    if (status !== 200) throw new OutsideFault('kho', status === 401 ? 'account-refused' : `http-${status}`);
    return read(tokenAnswer, json).token;
  };

  /** A call with our token; one that is no longer accepted is renewed once. */
  const transact = async <T>(name: keyof typeof KHO_CONNECTOR.kinds, schema: z.ZodType<T>, messageId: string, year: number, rest: object = {}): Promise<T> => {
    const [type, fn] = KHO_CONNECTOR.kinds[name];
    for (const last of [false, true]) {
      token ??= freshToken();
      const current = await token.catch((error: unknown) => { token = null; throw error; });
      const yearField = name === 'certificateResult' ? { ma_nam_hoc: year } : { nam_hoc: year };
      const { status, json } = await post(KHO_CONNECTOR.paths[name], {
        authenticationRequest: { token: current, user_name: account.user, password: passwordHash, ma_don_vi: account.unitCode, ...yearField, messageid: messageId, type, function: fn }, ...rest,
      });
      if (status === 200) return read(schema, json);
      if (status !== 401 || last) throw new OutsideFault('kho', `http-${status}`);
      token = null;
    }
    throw new OutsideFault('kho', 'token-refused');
  };

  return {
    async submit({ messageId, schoolYear, xml }) {
      const answer = await transact('submit', receipt, messageId, yearOf(schoolYear), { content: encodeContent(xml) });
      return answer.Error === '' ? { kind: 'receipt', code: answer.ResponseCode } : { kind: 'refused', code: answer.Error, description: answer.ErrorDescription };
    },
    async result({ messageId, schoolYear }) {
      const answer = await transact('result', submissionResult, messageId, yearOf(schoolYear));
      if (answer.Error === KHO_CONNECTOR.notFound) return { kind: 'not-found' };
      if (answer.Error !== '') throw new OutsideFault('kho', `result-${answer.Error}`);
      return answer.danh_sach_ket_qua == null ? { kind: 'pending' } : { kind: 'verdicts', records: answer.danh_sach_ket_qua };
    },
    async registerCertificate({ messageId, year, serial, validFrom, content }) {
      const answer = await transact('certificate', registrationAnswer, messageId, year, {
        serial_number: serial, ngay_hieu_luc: validFrom, ma_kieu_chu_ky: KHO_CONNECTOR.signatureKind, nha_phat_hanh: KHO_CONNECTOR.issuer, content: encodeContent(content),
      });
      return answer.error === '' ? { kind: 'taken' } : { kind: 'refused', code: answer.error };
    },
    async certificateState({ messageId, year }) {
      const answer = await transact('certificateResult', registrationResult, messageId, year);
      if (answer.error === KHO_CONNECTOR.notFound) return { kind: 'not-found' };
      if (answer.trang_thai_phe_duyet == null) return { kind: 'pending' };
      return answer.trang_thai_phe_duyet === 1 ? { kind: 'approved' } : { kind: 'refused', code: answer.error };
    },
  };
}

function read<T>(schema: z.ZodType<T>, json: unknown): T {
  const parsed = schema.safeParse(json);
  if (!parsed.success) throw new OutsideFault('kho', 'unexpected-answer');
  return parsed.data;
}
