import { Router } from 'express';
import { escapeHtml, localTime, page, thousands } from '../process/page.js';
import type { CertificateAuthority } from './certificateAuthority.js';
import { REVOCATION_REASONS, type RevocationReason } from './crl.js';

const REASONS = {
  unspecified: 'Không nêu', keyCompromise: 'Lộ khoá', affiliationChanged: 'Đổi nơi công tác', superseded: 'Đã thay chứng thư khác',
  cessationOfOperation: 'Ngừng dùng', certificateHold: 'Tạm dừng', privilegeWithdrawn: 'Thu hồi quyền',
} as const satisfies Record<RevocationReason, string>;

const NOTES: ReadonlyMap<string, string> = new Map([
  ['revoked', '<p role="status">Đã thu hồi và phát hành danh sách thu hồi mới.</p>'],
  ['lifted', '<p role="status">Đã mở lại chứng thư và phát hành danh sách thu hồi mới.</p>'],
  ['not-held', '<p role="alert">Chứng thư này không bị tạm dừng.</p>'],
  ['unknown', '<p role="alert">Không có chứng thư này. Hãy chép đúng số sê-ri hoặc dấu vân tay SHA-256.</p>'],
]);

/** What the authorities have issued, and the form that takes one back. */
export function trustPages(authorities: readonly CertificateAuthority[]): Router {
  const router = Router();
  router.get('/', async (request, response) => {
    const { done } = request.query;
    const parts = await Promise.all(authorities.map(authorityPart));
    response.send(page('Dịch vụ tin cậy', `${NOTES.get(typeof done === 'string' ? done : '') ?? ''}
<form method="post" action="/sandbox/revocations"><article><label for="certificate">Thu hồi chứng thư có số sê-ri hoặc SHA-256</label>
<input id="certificate" name="certificate" required pattern="[0-9a-fA-F]{32,64}" autocomplete="off">
<label for="reason">Lý do</label><select id="reason" name="reason">${Object.keys(REVOCATION_REASONS).map((reason) => `<option value="${reason}">${REASONS[reason as RevocationReason]}</option>`).join('')}</select>
<button>Thu hồi</button> <button formaction="/sandbox/holds/lift">Mở lại (nếu đang tạm dừng)</button></article></form>
${parts.join('')}`));
  });
  return router;
}

const SHOWN = 200;

async function authorityPart(authority: CertificateAuthority): Promise<string> {
  const { number, thisUpdate, nextUpdate } = await authority.crl();
  const issued = authority.issued();
  const rows = issued.slice(-SHOWN).reverse().map(({ serial, commonName, at }) => {
    const revocation = authority.revocation(serial);
    const state = revocation === null ? 'Còn hiệu lực' : `Thu hồi ${localTime(revocation.revokedAt.toISOString())}: ${REASONS[revocation.reason]}`;
    return `<tr><td>${escapeHtml(commonName)}</td><td><code>${serial}</code></td><td>${localTime(at)}</td><td>${state}</td></tr>`;
  });
  return `<h2>${escapeHtml(authority.commonName)}</h2>
<p>Danh sách thu hồi số ${thousands(number)}, phát hành ${localTime(thisUpdate.toISOString())}, có giá trị đến ${localTime(nextUpdate.toISOString())}. Đã cấp ${thousands(issued.length)} chứng thư${issued.length > SHOWN ? `; ${SHOWN} chứng thư mới nhất` : ''}:</p>
<div class="wide"><table><thead><tr><th>Tên</th><th>Số sê-ri</th><th>Cấp lúc</th><th>Trạng thái</th></tr></thead><tbody>${rows.join('')}</tbody></table></div>`;
}
