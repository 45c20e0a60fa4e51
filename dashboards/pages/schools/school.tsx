import type { VNode } from 'preact';
import type { AuthorityBasis, BlockedCode } from '../../../domain/authority.js';
import { APPROVER_TITLES, BLOCKED_SENTENCES } from '../../../domain/authority.js';
import type { EvidenceWait, SignAgainLine } from '../../../domain/evidence.js';
import { STAGE_NAMES, type Stage } from '../../../domain/policy.js';
import type { SchoolProgress } from '../../../domain/progress.js';
import { ROLE_NAMES, type Role } from '../../../domain/roles.js';
import { stageOf } from '../../../domain/sheets/office.js';
import type { CampaignStateCode } from '../../campaignNames.js';
import type { FormState } from '../../components/formState.js';
import { EvidenceWaitNotes, SignAgainNote } from '../../components/evidence.js';
import { HeldPupils, type HeldPupilView } from '../../components/held.js';
import { Note } from '../../components/notice.js';
import { Badge, Due, Facts, Fold, Tile, Tiles, Time, Trail } from '../../components/parts.js';
import { DataTable } from '../../components/table.js';
import { UploadState, type UploadLine } from '../../components/uploadList.js';
import { formatDate, formatDay, formatNumber, inSentence } from '../../format.js';
import { listHref, measureName } from '../../measures.js';
import { TASK_NAMES } from '../../taskPaths.js';
import { ClassTable } from './classTable.js';
import { SchoolActs } from './schoolActs.js';

export type SchoolForm = 'extend' | 'remind' | 'exempt' | 'except';
export type TaskView = {
  id: string; kind: keyof typeof TASK_NAMES; classId: string | null; className: string | null; dueAt: Date; personName: string | null; phone: string | null;
  blockedCode: BlockedCode | null; reminders: number; remindedAt: Date | null; pressedAt: Date | null;
};
export type SchoolPageProps = {
  campaign: { id: string; title: string; state: CampaignStateCode };
  school: {
    schoolCode: string; schoolName: string; officeCode: string; officeName: string; communeName: string; address: string | null; phone: string | null; email: string | null;
    state: 'open' | 'closed' | 'cancelled'; exemptReason: string | null; exemptUntil: string | null; leaders: readonly { fullName: string; role: string; phone: string | null }[];
  };
  progress: SchoolProgress; deadlines: readonly { stage: Stage; dueAt: Date; plannedAt: Date }[]; tasks: readonly TaskView[];
  uploads: readonly UploadLine[];
  packets: readonly { messageId: string; state: string; cards: number; accepted: number; refused: number; attempts: number; cutAt: Date; submittedAt: Date | null; doneAt: Date | null; response: string | null }[];
  mails: readonly { kind: string; createdAt: Date; sentAt: Date | null; givenUpAt: Date | null; personName: string | null }[];
  extensions: readonly { stage: string; dueAt: Date; plannedAt: Date; reason: string; grantedAt: Date }[];
  authorities: readonly { id: string; fullName: string; basis: string; instrumentNumber: string | null; instrumentDate: string | null; validFrom: Date; validTo: Date | null; revokedAt: Date | null }[];
  exceptions: readonly { id: string; fullName: string; instrumentNumber: string; instrumentDate: string; reason: string; validFrom: Date; validTo: Date; revokedAt: Date | null }[];
  approvers: readonly { id: string; fullName: string; role: string }[];
  /** Empty for readers who see counts only. */
  held: readonly HeldPupilView[];
  returns: readonly { className: string; fromStage: string; reason: string; returnedAt: Date; resolvedAt: Date | null; personName: string | null }[];
  waits: readonly EvidenceWait[]; signAgain: readonly SignAgainLine[];
  forms: Readonly<Record<SchoolForm, FormState>>; refusedForm: SchoolForm | null;
  mayAct: boolean; isCoordinator: boolean; now: Date;
};

export function SchoolPage(props: SchoolPageProps): VNode {
  const { campaign, school, progress, isCoordinator } = props;
  return (
    <>
      {isCoordinator && <Trail steps={[{ label: 'Đợt phát hành', href: '/dot' }, { label: campaign.title, href: `/dot/${campaign.id}` }, { label: school.officeName, href: `/dot/${campaign.id}?xa=${school.officeCode}` }]} />}
      <p>
        Mã trường {school.schoolCode} · {school.officeName} · {school.state === 'closed' ? <Badge kind="good">Đã xong</Badge> : school.state === 'cancelled' ? <Badge>Đã hủy</Badge> : <Badge>Đang làm</Badge>}
      </p>
      {school.exemptReason !== null && <Note kind="warn"><p>Trường được miễn trong đợt này: {school.exemptReason}{school.exemptUntil !== null && ` (đến ${formatDay(school.exemptUntil)})`}. Học sinh vẫn nằm trong số phải có.</p></Note>}
      {school.exemptReason === null && school.exemptUntil !== null && <Note><p>Trường được miễn đến hết ngày {formatDay(school.exemptUntil)}; từ hôm sau làm như các trường khác.</p></Note>}
      <EvidenceWaitNotes waits={props.waits} />
      <SignAgainNote lines={props.signAgain} />
      <SchoolTiles {...props} />
      <h2>Đến lượt ai</h2>
      <Turns {...props} />
      {props.mayAct && <SchoolActs {...props} />}
      <h2>Các lớp</h2>
      <ClassTable campaignId={campaign.id} classes={progress.classes} tasks={props.tasks} total={progress.counts} linked={isCoordinator} />
      <HeldPupils pupils={props.held} />
      <History {...props} />
    </>
  );
}

function SchoolTiles({ campaign, school, progress: { counts }, isCoordinator }: SchoolPageProps): VNode {
  const shown = ['expected', 'collected', 'reviewed', 'signed', 'sealed', 'accepted', 'refused', 'held', 'exempt', 'open'] as const;
  return (
    <Tiles label="Số học bạ của trường">
      {shown.map((measure) => (
        <Tile key={measure} label={measureName(measure)} count={counts[measure]} href={isCoordinator ? listHref(campaign.id, { measure, schoolCode: school.schoolCode }) : null}
          {...(measure === 'signed' ? { rate: [counts.signed, counts.expected] as const } : {})} {...(measure === 'refused' && counts.refused > 0 ? { kind: 'bad' as const } : {})} />
      ))}
    </Tiles>
  );
}

function Turns({ school, tasks, deadlines, now, isCoordinator }: SchoolPageProps): VNode {
  return (
    <>
      <DataTable caption="Việc đang mở" hideCaption rows={tasks} rowClass={(task) => (task.dueAt < now ? 'late' : undefined)} empty={school.state === 'open' ? 'Không có việc nào đang mở: đang chờ hệ thống hoặc Kho.' : 'Không còn việc nào.'} columns={[
        { label: 'Việc', kind: 'head', cell: (task) => `${TASK_NAMES[task.kind]}${task.className === null ? '' : `, lớp ${task.className}`}` },
        { label: 'Người', cell: (task) => (task.blockedCode !== null ? <Badge kind="bad">Chưa giao được</Badge> : task.personName ?? '') },
        { label: 'Điện thoại', cell: (task) => <Phone number={task.phone} /> },
        { label: 'Hạn', cell: (task) => <Due at={task.dueAt} now={now} /> },
        { label: 'Đã nhắc', cell: (task) => (task.remindedAt === null ? 'Chưa' : <>{formatNumber(task.reminders)} lần, lần cuối <Time at={task.remindedAt} /></>) },
      ]} />
      {[...new Set(tasks.flatMap((task) => (task.blockedCode === null ? [] : [task.blockedCode])))].map((code) => <Note key={code} kind="warn"><p>{BLOCKED_SENTENCES[code]} <WayOut code={code} schoolCode={school.schoolCode} mayOpen={isCoordinator} /></p></Note>)}
      <Facts facts={[
        ...deadlines.map(({ stage, dueAt, plannedAt }) => [`Hạn ${inSentence(STAGE_NAMES[stage])}`, <>{tasks.some((task) => stageOf(task.kind) === stage) ? <Due at={dueAt} now={now} /> : <Time at={dueAt} />}{dueAt.getTime() !== plannedAt.getTime() && <> <Badge>gia hạn từ <Time at={plannedAt} /></Badge></>}</>] as const),
        ['Liên hệ', <>{school.leaders.map((leader) => <div key={`${leader.role}${leader.fullName}`}>{ROLE_NAMES[leader.role as Role]} {leader.fullName}: <Phone number={leader.phone} /></div>)}<div>Trường: <Phone number={school.phone} />{school.email !== null && ` · ${school.email}`}</div></>],
        ['Địa chỉ', whereIs(school)],
      ]} />
    </>
  );
}

/** A directory's address often ends with the commune already. */
const whereIs = ({ address, communeName }: SchoolPageProps['school']): string =>
  [address, address?.includes(communeName ?? '') === true ? null : communeName].filter((part) => part !== null).join(', ');

/** Where what blocks a task is mended. */
function WayOut({ code, schoolCode, mayOpen }: { code: BlockedCode; schoolCode: string; mayOpen: boolean }): VNode | null {
  switch (code) {
    case 'no-authority': case 'reviewer-is-approver': return <a href={`/truong/${schoolCode}/giao-ky`}>Mở trang giao ký thay</a>;
    case 'no-homeroom': return mayOpen ? <a href={`/truong/${schoolCode}/chu-nhiem`}>Mở trang phân công GVCN</a> : null;
    case 'no-clerk': case 'account-disabled': return mayOpen ? <a href={`/don-vi/truong/${schoolCode}`}>Mở trang nhân sự của trường</a> : null;
  }
}

const Phone = ({ number }: { number: string | null }): VNode => (number === null ? <span class="quiet">chưa có</span> : <a href={`tel:${number.replace(/[^+\d]/g, '')}`}>{number}</a>);

const MAIL_NAMES: Readonly<Record<string, string>> = { task: 'Giao việc', reminder: 'Nhắc việc', escalation: 'Báo phòng, xã, phường', notice: 'Thông báo', invitation: 'Thư mời' };
const PACKET_STATES: Readonly<Record<string, string>> = { cut: 'Đã đóng gói', sending: 'Đang gửi', unknown: 'Chưa rõ kết quả', submitted: 'Chờ kết quả', done: 'Có kết quả', parked: 'Tạm dừng, cần người xử lý' };

function History({ campaign, school, uploads, packets, mails, extensions, authorities, exceptions, returns }: SchoolPageProps): VNode {
  const window = (from: Date, to: Date | null): string => `${formatDate(from)} – ${to === null ? 'khi có văn bản khác' : formatDate(to.getTime() - 1)}`;
  return (
    <>
      <h2>Đã diễn ra</h2>
      <Fold summary={`Tệp dữ liệu đã nộp (${uploads.length})`}>
        <DataTable caption="Tệp đã nộp" hideCaption rows={uploads} empty="Chưa nộp tệp nào." columns={[
          { label: 'Tệp', kind: 'head', cell: (upload) => upload.fileName }, { label: 'Nhận lúc', cell: (upload) => <Time at={upload.createdAt} /> }, { label: 'Kết quả', cell: (upload) => <UploadState upload={upload} /> },
        ]} />
      </Fold>
      <Fold summary={`Lần trả lại (${returns.length})`}>
        <DataTable caption="Trả lại" hideCaption rows={returns} empty="Chưa lớp nào bị trả lại." columns={[
          { label: 'Lớp', kind: 'head', cell: (one) => one.className }, { label: 'Từ khâu', cell: (one) => STAGE_NAMES[one.fromStage as Stage] }, { label: 'Lí do', cell: (one) => one.reason },
          { label: 'Người trả', cell: (one) => one.personName ?? 'Hệ thống' }, { label: 'Lúc', cell: (one) => <Time at={one.returnedAt} /> }, { label: 'Tình trạng', cell: (one) => (one.resolvedAt === null ? <Badge kind="warn">Đang sửa</Badge> : <Badge kind="good">Đã sửa</Badge>) },
        ]} />
      </Fold>
      <Fold summary={`Gói gửi Kho (${packets.length})`}>
        <DataTable caption="Gói" hideCaption rows={packets} empty="Chưa gửi gói nào." columns={[
          { label: 'Mã gói', kind: 'head', cell: (packet) => <code>{packet.messageId}</code> }, { label: 'Tình trạng', cell: (packet) => PACKET_STATES[packet.state] ?? packet.state }, { label: 'Học bạ', kind: 'number', cell: (packet) => formatNumber(packet.cards) },
          { label: 'Tiếp nhận', kind: 'number', cell: (packet) => formatNumber(packet.accepted) }, { label: 'Từ chối', kind: 'number', cell: (packet) => formatNumber(packet.refused) }, { label: 'Đóng gói', cell: (packet) => <Time at={packet.cutAt} /> },
          { label: 'Có kết quả', cell: (packet) => (packet.doneAt === null ? '–' : <Time at={packet.doneAt} />) },
        ]} />
      </Fold>
      <Fold summary={`Thư đã gửi (${mails.length})`}>
        <DataTable caption="Thư" hideCaption rows={mails} empty="Chưa gửi thư nào." columns={[
          { label: 'Loại', kind: 'head', cell: (mail) => MAIL_NAMES[mail.kind] ?? mail.kind }, { label: 'Người nhận', cell: (mail) => mail.personName ?? '' },
          { label: 'Gửi lúc', cell: (mail) => (mail.sentAt !== null ? <Time at={mail.sentAt} /> : mail.givenUpAt !== null ? <Badge kind="bad">Không gửi được</Badge> : <Badge>Đang chờ gửi</Badge>) },
        ]} />
      </Fold>
      <Fold summary={`Gia hạn (${extensions.length})`}>
        <DataTable caption="Gia hạn" hideCaption rows={extensions} empty="Chưa gia hạn." columns={[
          { label: 'Khâu', kind: 'head', cell: (one) => STAGE_NAMES[one.stage as Stage] }, { label: 'Hạn mới', cell: (one) => <Time at={one.dueAt} /> }, { label: 'Lí do', cell: (one) => one.reason }, { label: 'Ngày cho', cell: (one) => formatDate(one.grantedAt) },
        ]} />
      </Fold>
      <Fold summary={`Thẩm quyền ký duyệt và ngoại lệ (${authorities.length + exceptions.length})`}>
        <DataTable caption="Thẩm quyền ký duyệt" rows={authorities} empty="Chưa ai có thẩm quyền." columns={[
          { label: 'Người', kind: 'head', cell: (one) => one.fullName }, { label: 'Tư cách', cell: (one) => APPROVER_TITLES[one.basis as AuthorityBasis] }, { label: 'Văn bản', cell: (one) => (one.instrumentNumber === null ? '–' : `${one.instrumentNumber}${one.instrumentDate === null ? '' : ` ngày ${formatDay(one.instrumentDate)}`}`) },
          { label: 'Hiệu lực', cell: (one) => (one.revokedAt === null ? window(one.validFrom, one.validTo) : <>đã chấm dứt <Time at={one.revokedAt} /></>) },
        ]} />
        <DataTable caption="Ngoại lệ vai trò" rows={exceptions} empty="Không có ngoại lệ." columns={[
          { label: 'Người', kind: 'head', cell: (one) => one.fullName }, { label: 'Quyết định', cell: (one) => `${one.instrumentNumber} ngày ${formatDay(one.instrumentDate)}` }, { label: 'Hiệu lực', cell: (one) => window(one.validFrom, one.validTo) }, { label: 'Lí do', cell: (one) => one.reason },
        ]} />
        <p><a href={`/truong/${school.schoolCode}/giao-ky`}>Mở trang giao ký thay của trường</a>{campaign.state === 'running' ? '' : ' (đợt không còn chạy)'}</p>
      </Fold>
    </>
  );
}
