import { z } from 'zod';

/**
 * The JSON of the exchange (spec §4), names to the letter, odd ones included. The annex shows structures, not a wire: peers may leave
 * a text out or send null for it, and may send numbers of one digit as texts.
 */
/** Neither our database nor a page holds these; a sentence is no place for them. */
const UNFIT = /[\u0000-\u0008\u000B\u000C\u000E-\u001F]|\p{Surrogate}/gu;
/** Letters of a peer's sentence that are kept, for each card of a packet. */
const LONGEST_TEXT = 2_000;
const text = z.string().nullish().transform((value) => (value ?? '').replace(UNFIT, '').slice(0, LONGEST_TEXT));
const flag = <const Values extends readonly number[]>(values: Values) =>
  z.union([z.number(), z.string().regex(/^\d$/).transform(Number)]).refine((value): value is Values[number] => values.includes(value));

/** `password` is the lower-case hex SHA-256 of the account's; `type` and `function` are settings, their values are not public. */
export const authenticationRequest = z.object({
  token: z.string().min(1),
  user_name: z.string().min(1),
  password: z.string().regex(/^[0-9a-f]{64}$/),
  ma_don_vi: z.string().min(1),
  nam_hoc: z.number().int().min(2000).max(2100),
  messageid: z.uuid(),
  type: z.string(),
  function: z.string(),
});
export type AuthenticationRequest = z.infer<typeof authenticationRequest>;

/** Transactions 1 and 5. `signature` only when the transaction Signature is not inside the root. */
export const submissionRequest = z.object({ authenticationRequest, content: z.string().min(1), signature: z.string().optional() });
export type SubmissionRequest = z.infer<typeof submissionRequest>;

/** Transactions 2, 4 and 6: the query is made by `messageid`, which names the transaction asked about. */
export const queryRequest = z.object({ authenticationRequest });
export type QueryRequest = z.infer<typeof queryRequest>;

/** Transaction 3. `ngay_hieu_luc` is a date-time; `ma_kieu_chu_ky` and `nha_phat_hanh` come from the Kho's catalogues. */
export const certificateRegistration = z.object({
  authenticationRequest,
  serial_number: z.string().regex(/^[0-9a-f]+$/i),
  ngay_hieu_luc: z.string().min(1),
  ma_kieu_chu_ky: z.string().min(1),
  nha_phat_hanh: z.string().min(1),
  content: z.string().min(1),
});
export type CertificateRegistration = z.infer<typeof certificateRegistration>;

export const receipt = z.object({ MessageId: text, Error: text, ErrorDescription: text, ResponseCode: text, ResponseDescription: text });
export type Receipt = z.infer<typeof receipt>;

/** `trang_thai` 1 accepted, 0 refused. */
export const submissionRecord = z.object({
  ma_hoc_sinh: text,
  ten_hoc_sinh: text,
  so_cccd: text,
  ma_tra_cuu_uuid: z.string().min(1),
  trang_thai: flag([0, 1]),
  error: text,
  error_field_title: text,
  error_description: text,
});
export type SubmissionRecord = z.infer<typeof submissionRecord>;

/** Answer of transaction 2. The annex names no envelope: ours is the receipt with the records in `danh_sach_ket_qua`, absent while nothing is decided. */
export const submissionResult = receipt.extend({ danh_sach_ket_qua: z.array(submissionRecord).nullish() });
export type SubmissionResult = z.infer<typeof submissionResult>;

/** `error_filed_title`: the annex's spelling in this transaction. */
export const registrationAnswer = z.object({ messageid: text, error: text, error_filed_title: text, error_description: text });
export type RegistrationAnswer = z.infer<typeof registrationAnswer>;

/** `trang_thai_phe_duyet` 1 approved, 0 refused, absent while nobody has decided. */
export const registrationResult = registrationAnswer.extend({ serial_number: text, trang_thai_phe_duyet: flag([0, 1]).nullish() });
export type RegistrationResult = z.infer<typeof registrationResult>;
