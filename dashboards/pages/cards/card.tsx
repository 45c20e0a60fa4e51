import type { VNode } from 'preact';
import { APPROVER_TITLES, type AuthorityBasis } from '../../../domain/authority.js';
import { CARD_STATE_NAMES, RECEIVED_STATES, type CardState } from '../../../domain/cardState.js';
import { Form, SubmitButton, TextArea } from '../../components/form.js';
import type { FormState } from '../../components/formState.js';
import { Note } from '../../components/notice.js';
import { Badge, Facts, LinkButton, Time, Trail } from '../../components/parts.js';
import { DataTable } from '../../components/table.js';
import { formatDay, formatNumber } from '../../format.js';
import { TURNS } from '../../measures.js';
import { CardHistory, type HistoryView } from './history.js';

export type CardView = {
  cardId: string; version: number; state: CardState; stateAt: Date; sha256: string | null; bytes: number | null; campaignId: string; schoolCode: string; schoolName: string; classId: string; className: string;
  pupilCode: string; fullName: string; birthDate: string; khoError: string | null; khoErrorField: string | null; khoErrorDescription: string | null;
};
export type SignatureView = {
  role: 'teacher' | 'principal' | 'seal'; fullName: string; state: string; attachedAt: Date | null; signedAt: Date | null; voidedBy: string | null; failureCode: string | null; serial: string; fingerprint: string;
  basis: string | null; instrumentNumber: string | null; instrumentDate: string | null; exceptionNumber: string | null;
};
export type CardPacketView = {
  messageId: string; state: string; cutAt: Date; submittedAt: Date | null; response: string | null; verdict: 'accepted' | 'refused' | null; verdictAt: Date | null; errorField: string | null; errorDescription: string | null;
};
type Props = {
  card: CardView; audit: readonly HistoryView[]; signatures: readonly SignatureView[]; packets: readonly CardPacketView[];
  versions: readonly { cardId: string; version: number; state: CardState; stateAt: Date }[]; form: FormState; isCoordinator: boolean; mayMend: boolean; mayShare: boolean;
};

export function CardPage({ card, audit, signatures, packets, versions, form, isCoordinator, mayMend, mayShare }: Props): VNode {
  const kind = card.state === 'accepted' ? 'good' : card.state === 'refused' ? 'bad' : card.state === 'unknown' ? 'warn' : 'info';
  return (
    <>
      {isCoordinator && <Trail steps={[{ label: 'Đợt phát hành', href: `/dot/${card.campaignId}` }, { label: card.schoolName, href: `/dot/${card.campaignId}/truong/${card.schoolCode}` }, { label: `Lớp ${card.className}`, href: `/dot/${card.campaignId}/lop/${card.classId}` }]} />}
      <p><Badge kind={kind}>{CARD_STATE_NAMES[card.state]}</Badge> từ <Time at={card.stateAt} />{card.state in TURNS && <> · đến lượt: {TURNS[card.state]}</>}</p>
      {card.state === 'refused' && <Refusal card={card} form={form} mayMend={mayMend} />}
      <div class="columns">
        <section>
          <h2>Lịch sử</h2>
          <CardHistory lines={audit} refusals={packets.filter((one) => one.verdict === 'refused').map(explained)} />
        </section>
        <section class="card">
          <h2>Văn bản</h2>
          <Facts facts={[
            ['Học sinh', `${card.fullName}, sinh ${formatDay(card.birthDate)}, mã ${card.pupilCode}`], ['Trường, lớp', `${card.schoolName}, lớp ${card.className}`],
            ['Mã tra cứu', <code>{card.cardId}</code>], ['Bản', card.version === 1 ? 'Lần đầu' : `Lập lại lần ${card.version - 1}`],
            ['Dấu SHA-256 của văn bản', card.sha256 === null ? 'Chưa có văn bản: học bạ được viết khi GVCN ký.' : <code>{card.sha256}</code>],
            ...(card.bytes === null ? [] : [['Độ dài', `${formatNumber(card.bytes)} byte`] as const]),
          ]} />
          <div class="actions">
            {card.sha256 !== null && <LinkButton href={`/hoc-ba/${card.cardId}/xml`} label="Tải văn bản XML" kind="plain" />}
            <LinkButton href={`/hoc-ba/${card.cardId}/xem`} label="Xem bản thể hiện" kind="plain" />
            <LinkButton href={`/hoc-ba/${card.cardId}/pdf`} label="Tải bản in (PDF)" kind="plain" />
            {(RECEIVED_STATES as readonly string[]).includes(card.state) && <LinkButton href={`/hoc-ba/${card.cardId}/kiem-tra.html`} label="Tải gói tự kiểm tra" kind="plain" />}
            {mayShare && <LinkButton href={`/hoc-ba/${card.cardId}/gui-phu-huynh`} label="Gửi phụ huynh" kind="plain" />}
          </div>
        </section>
      </div>
      <h2>Chữ ký</h2>
      <DataTable caption="Chữ ký" hideCaption rows={signatures} empty="Chưa có lần ký nào." columns={[
        { label: 'Vai trò', kind: 'head', cell: (one) => ROLE_NAMES[one.role] }, { label: 'Người ký', cell: (one) => one.fullName }, { label: 'Thẩm quyền', cell: (one) => <Authority signature={one} /> },
        { label: 'Chứng thư', cell: (one) => <span>sê-ri <code class="uuid">{one.serial}</code><br /><span class="quiet">SHA-256 <code>{one.fingerprint.slice(0, 16)}…</code></span></span> },
        { label: 'Kết quả', cell: (one) => (one.attachedAt !== null ? <Attached signature={one} /> : one.failureCode !== null ? <Badge kind="bad">{one.failureCode}</Badge> : ITEM_STATES[one.state] ?? one.state) },
      ]} />
      <h2>Gói và kết quả của Kho</h2>
      <DataTable caption="Gói" hideCaption rows={packets} empty="Chưa nằm trong gói nào." columns={[
        { label: 'Mã gói', kind: 'head', cell: (one) => <code>{one.messageId}</code> }, { label: 'Đóng gói', cell: (one) => <Time at={one.cutAt} /> },
        { label: 'Biên nhận', cell: (one) => (one.submittedAt === null ? 'chưa có' : <><Time at={one.submittedAt} />{one.response !== null && `: ${one.response}`}</>) },
        { label: 'Kết quả', cell: (one) => <Verdict packet={one} /> },
      ]} />
      {versions.length > 1 && <Versions versions={versions} current={card.cardId} />}
    </>
  );
}

const explained = ({ errorField, errorDescription }: CardPacketView): string =>
  [errorField, errorDescription].filter((part) => part !== null && part !== '').join(': ') || 'không nêu lí do';

const ROLE_NAMES = { teacher: 'GVCN ký xác nhận', principal: 'Ký duyệt', seal: 'Ký số phát hành' } as const;
const ITEM_STATES: Readonly<Record<string, string>> = { new: 'đang chuẩn bị', prepared: 'chờ xác nhận trên điện thoại', collected: 'đã xác nhận, chờ gắn', dropped: 'đã bỏ khỏi lần ký' };

/** Signed at the moment that the signature itself states; a signature that a return took off the card is no longer in the document. */
function Attached({ signature: { signedAt, attachedAt, voidedBy } }: { signature: SignatureView }): VNode {
  const at = signedAt ?? attachedAt;
  return <span>{voidedBy !== null && <><Badge kind="warn">{VOIDED[voidedBy] ?? 'đã bỏ, ký lại sau đó'}</Badge> </>}đã ký{at !== null && <> <Time at={at} /></>}</span>;
}
const VOIDED: Readonly<Record<string, string>> = {
  return_class: 'đã bỏ khi trả lại', signer_changed: 'đã bỏ vì người ký duyệt thay đổi', sign_again: 'đã bỏ để ký lại, vì chứng thư số không còn hiệu lực',
};

/** These need no instrument. */
const OWN_GROUND = { teacher: 'GVCN của lớp', principal: '–', seal: 'Chứng thư số của trường' } as const;

function Authority({ signature: { role, basis, instrumentNumber, instrumentDate, exceptionNumber } }: { signature: SignatureView }): VNode {
  return (
    <span>
      {basis === null ? OWN_GROUND[role] : APPROVER_TITLES[basis as AuthorityBasis]}{instrumentNumber !== null && `, văn bản ${instrumentNumber}`}{instrumentDate !== null && ` ngày ${formatDay(instrumentDate)}`}
      {exceptionNumber !== null && <> <Badge kind="warn">Ngoại lệ {exceptionNumber}</Badge></>}
    </span>
  );
}

function Verdict({ packet: { verdict, verdictAt, errorField, errorDescription } }: { packet: CardPacketView }): VNode {
  if (verdict === null) return <span>chưa có</span>;
  return (
    <span>
      {verdict === 'accepted' ? <Badge kind="good">Đã tiếp nhận</Badge> : <Badge kind="bad">Từ chối</Badge>}{verdictAt !== null && <> <Time at={verdictAt} /></>}
      {errorDescription !== null && errorDescription !== '' && <><br />{errorField !== null && errorField !== '' && <code>{errorField}: </code>}{errorDescription}</>}
    </span>
  );
}

function Refusal({ card, form, mayMend }: { card: CardView; form: FormState; mayMend: boolean }): VNode {
  return (
    <Note kind="bad">
      <p><strong>Kho từ chối:</strong> {card.khoErrorDescription ?? 'không nêu lí do'}{card.khoErrorField !== null && card.khoErrorField !== '' && <> (trường <code>{card.khoErrorField}</code>)</>}{card.khoError !== null && <>, mã <code>{card.khoError}</code></>}.</p>
      {!mayMend && <p>Văn thư trường hoặc Sở GD&ĐT gửi lại hay lập lại học bạ này.</p>}
      {mayMend && (
        <div class="columns">
          <Form action={`/hoc-ba/${card.cardId}/gui-lai`} state={{ ...form, problem: null }} label="Gửi lại Kho">
            <p>Lỗi ở phía Kho: gửi lại đúng văn bản đã ký.</p>
            <SubmitButton label="Gửi lại Kho" kind="plain" />
          </Form>
          <Form action={`/hoc-ba/${card.cardId}/lap-lai`} state={form} label="Lập lại học bạ">
            <p>Dữ liệu sai: lập bản mới với mã tra cứu mới, GVCN và hiệu trưởng ký lại.</p>
            <TextArea state={form} name="reason" label="Lí do" required rows={2} />
            <SubmitButton label="Lập lại học bạ" kind="plain" />
          </Form>
        </div>
      )}
    </Note>
  );
}

const Versions = ({ versions, current }: { versions: Props['versions']; current: string }): VNode => (
  <>
    <h2>Các bản</h2>
    <ul>{versions.map((one) => (
      <li key={one.cardId}>{one.cardId === current ? <strong>Bản {one.version}</strong> : <a href={`/hoc-ba/${one.cardId}`}>Bản {one.version}</a>}: {CARD_STATE_NAMES[one.state]} từ <Time at={one.stateAt} /></li>
    ))}</ul>
  </>
);
