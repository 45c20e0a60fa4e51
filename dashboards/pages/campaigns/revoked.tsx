import type { VNode } from 'preact';
import { CARD_STATE_NAMES, type CardState } from '../../../domain/cardState.js';
import { revokedTurn, type RevokedTurn } from '../../../domain/evidence.js';
import { Facts, Time, Trail } from '../../components/parts.js';
import { DataTable } from '../../components/table.js';
import { formatNumber } from '../../format.js';

export type RevokedHeadView = { fingerprint: string; serial: string; uid: string | null; holder: string | null; revokedAt: Date; effectiveAt: Date; reason: number };
export type RevokedCardView = {
  fingerprint: string; cardId: string; pupilName: string; schoolCode: string; schoolName: string; className: string; role: 'subjectTeacher' | 'teacher' | 'principal' | 'seal';
  state: CardState; proven: boolean; signAgain: boolean; teacherName: string | null; approverName: string | null;
};
type Props = { campaign: { id: string; title: string }; certificates: readonly RevokedHeadView[]; counts: readonly { fingerprint: string; cards: number; open: number }[]; cards: readonly RevokedCardView[]; /** From 1. */ page: number; pages: number };

const ROLES = { subjectTeacher: 'Giáo viên bộ môn', teacher: 'GVCN', principal: 'Ký duyệt', seal: 'Ký số phát hành' } as const;
/** CRLReason, RFC 5280 §5.3.1. */
const REASONS: Readonly<Record<number, string>> = { 1: 'lộ khóa', 2: 'tổ chức chứng thực lộ khóa', 3: 'đổi nơi công tác', 4: 'đã thay chứng thư khác', 5: 'ngừng dùng', 9: 'thu hồi quyền' };

/** Revoked certificates, and every card each one touches: who has the turn, and to do what. */
export function RevokedPage({ campaign, certificates, counts, cards, page, pages }: Props): VNode {
  // A certificate stands where its cards do; one that stands in no card any more is told on the first page.
  const shown = certificates.filter(({ fingerprint }) => cards.some((card) => card.fingerprint === fingerprint) || (page === 1 && !counts.some((one) => one.fingerprint === fingerprint)));
  return (
    <>
      <Trail steps={[{ label: 'Đợt phát hành', href: '/dot' }, { label: campaign.title, href: `/dot/${campaign.id}` }]} />
      <p>Danh sách thu hồi được lấy thường xuyên từ các tổ chức chứng thực. Chữ ký có dấu thời gian trước lúc chứng thư mất hiệu lực vẫn có giá trị.</p>
      {certificates.length === 0 && <p class="empty">Chưa có chứng thư nào trong đợt này bị thu hồi.</p>}
      {certificates.length > 0 && cards.length === 0 && page > 1 && <p class="empty">Trang này không còn học bạ nào.</p>}
      {shown.map((certificate) => (
        <CertificatePart
          key={certificate.fingerprint} certificate={certificate} count={counts.find((one) => one.fingerprint === certificate.fingerprint) ?? { cards: 0, open: 0 }}
          cards={cards.filter((card) => card.fingerprint === certificate.fingerprint)}
        />
      ))}
      {(pages > 1 || page > 1) && <Pages path={`/dot/${campaign.id}/chung-thu-thu-hoi`} page={page} pages={pages} />}
    </>
  );
}

function Pages({ path, page, pages }: { path: string; page: number; pages: number }): VNode {
  return (
    <nav class="actions" aria-label="Trang">
      {page > 1 && <a class="button" rel="prev" href={`${path}?trang=${Math.min(page - 1, pages)}`}>Trang trước</a>}
      {page <= pages && <span>Trang {formatNumber(page)} / {formatNumber(pages)}</span>}
      {page < pages && <a class="button" rel="next" href={`${path}?trang=${page + 1}`}>Trang sau</a>}
    </nav>
  );
}

function CertificatePart({ certificate, count, cards }: { certificate: RevokedHeadView; count: { cards: number; open: number }; cards: readonly RevokedCardView[] }): VNode {
  const { holder, serial, revokedAt, effectiveAt, reason } = certificate;
  const turns = cards.map((card) => ({ ...card, turn: revokedTurn(card) }));
  return (
    <section>
      <h2>{holder ?? 'Chứng thư không thuộc danh mục của Sở'}</h2>
      <Facts facts={[
        ['Số hiệu chứng thư', <code class="uuid">{serial}</code>], ['Thu hồi', <><Time at={revokedAt} /> ({REASONS[reason] ?? 'không nêu lý do'})</>],
        ...(effectiveAt < revokedAt ? [['Mất hiệu lực từ', <Time at={effectiveAt} />] as [string, VNode]] : []), ['Học bạ phải xử lý', `${formatNumber(count.open)} trong ${formatNumber(count.cards)}`],
      ]} />
      <DataTable caption={cards.length === count.cards ? `${formatNumber(count.cards)} học bạ có chữ ký bằng chứng thư này` : `${formatNumber(cards.length)} trong ${formatNumber(count.cards)} học bạ có chữ ký bằng chứng thư này`} rows={turns} empty="Không còn học bạ nào mang chữ ký bằng chứng thư này." columns={[
        { label: 'Học sinh', kind: 'head', cell: (card) => <a href={`/hoc-ba/${card.cardId}`}>{card.pupilName}</a> },
        { label: 'Lớp', cell: (card) => `${card.className}, ${card.schoolName}` },
        { label: 'Chữ ký', cell: (card) => ROLES[card.role] },
        { label: 'Học bạ đang ở', cell: (card) => CARD_STATE_NAMES[card.state] },
        { label: 'Đến lượt', cell: (card) => ownerName(card, card.turn) },
        { label: 'Việc tiếp theo', cell: (card) => card.turn.act },
      ]} />
    </section>
  );
}

function ownerName({ teacherName, approverName, schoolName }: RevokedCardView, { owner }: RevokedTurn): string {
  switch (owner) {
    case 'teacher': return `GVCN ${teacherName ?? 'chưa phân công'}`;
    case 'approver': return approverName ?? 'Người ký duyệt';
    case 'clerk': return `Văn thư ${schoolName}`;
    case 'department': return 'Chuyên viên Sở GD&ĐT';
    case 'nobody': return 'Không ai';
  }
}
