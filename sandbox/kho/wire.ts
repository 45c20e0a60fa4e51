import type { Response } from 'express';
import { z } from 'zod';

/**
 * The wire of this stand-in (spec §4 "Our wire"). The annex fixes field names, not codes: those of `Error` and
 * `ResponseCode` below are this Kho's own. A well-formed transaction is answered with 200 and says in `Error` what is
 * wrong with it; only a bad token or password is 401 and a body of the wrong shape 400.
 */
const authenticationRequest = z.object({
  token: z.string().min(1),
  user_name: z.string().min(1),
  password: z.string().regex(/^[0-9a-f]{64}$/),
  ma_don_vi: z.string().min(1),
  messageid: z.uuid().transform((id) => id.toLowerCase()),
  type: z.string().min(1),
  function: z.string().min(1),
  /** Named `ma_nam_hoc` in the query of a certificate's registration. */
  nam_hoc: z.number().int().optional(),
  ma_nam_hoc: z.number().int().optional(),
}).refine((request) => request.nam_hoc !== undefined || request.ma_nam_hoc !== undefined, { path: ['nam_hoc'], message: 'a number is required' });
export type AuthenticationRequest = z.infer<typeof authenticationRequest>;

export const tokenRequest = z.object({ user_name: z.string().min(1), password: z.string().regex(/^[0-9a-f]{64}$/) });
export const queryRequest = z.object({ authenticationRequest });
export const submitRequest = z.object({ authenticationRequest, content: z.string().min(1), signature: z.string().min(1).optional() });
export const certificateRequest = z.object({
  authenticationRequest,
  serial_number: z.string().regex(/^[0-9a-fA-F]+$/),
  ngay_hieu_luc: z.iso.datetime({ offset: true }),
  ma_kieu_chu_ky: z.string().min(1),
  nha_phat_hanh: z.string().min(1),
  content: z.string().min(1),
});

export const RESPONSES = {
  received: { code: '00', text: 'Đã tiếp nhận, đang chờ xử lý.' },
  pending: { code: '01', text: 'Đang xử lý.' },
  done: { code: '02', text: 'Đã xử lý.' },
  refused: { code: '99', text: 'Không tiếp nhận.' },
} as const;

export type Receipt = { MessageId: string; Error: string; ErrorDescription: string; ResponseCode: string; ResponseDescription: string };

export const receipt = (messageid: string, response: keyof typeof RESPONSES, error = '', description = ''): Receipt =>
  ({ MessageId: messageid, Error: error, ErrorDescription: description, ResponseCode: RESPONSES[response].code, ResponseDescription: RESPONSES[response].text });

/** Answer of a certificate's registration and its query; `error_filed_title` is the annex's spelling. */
export const registrationAnswer = (messageid: string, error = '', field = '', description = '') =>
  ({ messageid, error, error_filed_title: field, error_description: description });

/** Ends the connection without an answer: the sender cannot know what became of its call. */
export const loseAnswer = (response: Response): void => {
  response.socket?.destroy();
};
