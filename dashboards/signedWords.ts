import type { SignatureRole } from '../domain/card.js';

/** One word for one thing (style.md): what each role's signature is called once given. */
export const SIGNED_WORDS = { teacher: 'Đã ký xác nhận', principal: 'Đã ký duyệt', seal: 'Đã ký số phát hành' } as const satisfies Record<SignatureRole, string>;
