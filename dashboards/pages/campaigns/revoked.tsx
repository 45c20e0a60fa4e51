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
type Props = { campaign: { id: string; title: string }; certificates: readonly RevokedHeadView[]; cards: readonly RevokedCardView[]; limit: number };

const ROLES = { subjectTeacher: 'Giáo viên bộ môn', teacher: 'GVCN', principal: 'Ký duyệt', seal: 'Ký số phát hành' } as const;
/** CRLReason, RFC 5280 §5.3.1. */
const REASONS: Readonly<Record<number, string>> = { 1: 'lộ khóa', 2: 'tổ chức chứng thực lộ khóa', 3: 'đổi nơi công tác', 4: 'đã thay chứng thư khác', 5: 'ngừng dùng', 9: 'thu hồi quyền' };

/** Revoked certificates, and every card each one touches: who has the turn, and to do what. */
export function RevokedPage({ campaign, certificates, cards, limit }: Props): VNode {
  return (
    <>
      <Trail steps={[{ label: 'Đợt phát hành', href: '/dot' }, { label: campaign.title, href: `/dot/${campaign.id}` }]} />
      <p>Danh sách thu hồi được lấy thường xuyên từ các tổ chức chứng thực. Chữ ký có dấu thời gian trước lúc chứng thư mất hiệu lực vẫn có giá trị.</p>
      {certificates.length === 0 && <p class="empty">Chưa có chứng thư nào trong đợt này bị thu hồi.</p>}
      {cards.length === limit && <p>Chỉ hiện {formatNumber(limit)} học bạ đầu tiên.</p>}
      {certificates.map((certificate) => <CertificatePart key={certificate.fingerprint} certificate={certificate} cards={cards.filter((card) => card.fingerprint === certificate.fingerprint)} />)}
    </>
  );
}

function CertificatePart({ certificate, cards }: { certificate: RevokedHeadView; cards: readonly RevokedCardView[] }): VNode {
  const { holder, serial, revokedAt, effectiveAt, reason } = certificate;
  const turns = cards.map((card) => ({ ...card, turn: revokedTurn(card) }));
  const open = turns.filter(({ turn }) => turn.owner !== 'nobody').length;
  return (
    <section>
      <h2>{holder ?? 'Chứng thư không thuộc danh mục của Sở'}</h2>
      <Facts facts={[
        ['Số hiệu chứng thư', <code class="uuid">{serial}</code>], ['Thu hồi', <><Time at={revokedAt} /> ({REASONS[reason] ?? 'không nêu lý do'})</>],
        ...(effectiveAt < revokedAt ? [['Mất hiệu lực từ', <Time at={effectiveAt} />] as [string, VNode]] : []), ['Học bạ phải xử lý', formatNumber(open)],
      ]} />
      <DataTable caption={`${formatNumber(cards.length)} học bạ có chữ ký bằng chứng thư này`} rows={turns} empty="Không còn học bạ nào mang chữ ký bằng chứng thư này." columns={[
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
