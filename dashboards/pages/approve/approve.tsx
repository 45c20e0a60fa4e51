import type { VNode } from 'preact';
import { BLOCKED_SENTENCES } from '../../../domain/authority.js';
import type { ApproveSheet, ClassCard, SigningClass } from '../../../domain/sheets/approve.js';
import { batchesOnTop, isUnderWay, type AuthorityNote } from '../../../domain/signingProgress.js';
import { Form, SubmitButton } from '../../components/form.js';
import type { FormState } from '../../components/formState.js';
import { Note } from '../../components/notice.js';
import { OpenDecisionLine } from '../../components/openDecision.js';
import { Fold, Trail } from '../../components/parts.js';
import { AuthorityLine, FinishedBatches, SigningPanel } from '../../components/signing.js';
import { formatNumber } from '../../format.js';
import { ClassChoice } from './classChoice.js';

export type ApproveProps = {
  sheet: ApproveSheet; me: string; form: FormState; now: Date; phoneHref: string | null;
  /** Classes whose cards are listed in the form, each with its cards. */
  opened: ReadonlyMap<string, readonly ClassCard[]>;
};

/** The classes this person may approve at this moment: the task is open, given to them, not waiting on a phone. */
export const myClasses = (classes: readonly SigningClass[], me: string): (SigningClass & { task: NonNullable<SigningClass['task']> })[] =>
  classes.filter((one): one is SigningClass & { task: NonNullable<SigningClass['task']> } => one.task?.assigneeId === me && !one.inBatch && one.ready > 0);

/** The principal's page: made for a phone, one approval for everything chosen. */
export function ApprovePage(props: ApproveProps): VNode {
  const { sheet, me, phoneHref } = props;
  const { school, classes } = sheet;
  const mine = myClasses(classes, me);
  const shown = batchesOnTop(sheet.batches, { now: props.now, stillToSign: mine.length > 0 });
  return (
    <>
      <Trail steps={[{ label: 'Việc của tôi', href: '/viec-cua-toi' }, { label: school.name, href: `/truong/${school.code}/ky-duyet` }]} />
      <OpenDecisionLine decision={sheet.decision} />
      {shown.map((batch) => <SigningPanel key={batch.id} batch={batch} phoneHref={phoneHref} mine={batch.personId === me} />)}
      {mine.length > 0 ? <Choose {...props} mine={mine} /> : <NothingToApprove sheet={sheet} me={me} />}
      <Others sheet={sheet} me={me} open={mine.length === 0} />
      <FinishedBatches batches={sheet.batches} title="Đã ký duyệt" />
    </>
  );
}

function Choose({ sheet, form, opened, now, mine }: ApproveProps & { mine: ReturnType<typeof myClasses> }): VNode {
  const total = mine.reduce((sum, one) => sum + one.ready, 0);
  const base = `/truong/${sheet.school.code}/ky-duyet`;
  return (
    <Form action={`${base}/ky`} state={form} id="ky-duyet" label="Ký duyệt">
      <p class="approver">Thầy/Cô ký với tư cách {distinct(mine).map((authority, index) => <>{index > 0 && '; '}<AuthorityLine authority={authority} /></>)}.
        {mine.some((one) => one.task.byException) && ' Có lớp Thầy/Cô vừa rà soát vừa ký duyệt theo ngoại lệ của Sở GD&ĐT.'}</p>
      <p>Bỏ chọn lớp hoặc học bạ chưa muốn ký. Mọi học bạ còn chọn được ký bằng một lần xác nhận.</p>
      <ul class="choices">
        {mine.map((one) => <ClassChoice key={one.classId} one={one} base={base} form={form} cards={opened.get(one.classId) ?? null} now={now} />)}
      </ul>
      <div class="sticky-bar">
        <p>Trang này có <strong>{formatNumber(total)}</strong> học bạ của <strong>{formatNumber(mine.length)}</strong> lớp; chỉ ký những gì còn chọn, rồi nhập PIN trên điện thoại.</p>
        <SubmitButton label="Ký duyệt các lớp đã chọn" id="nut-ky" />
      </div>
    </Form>
  );
}

function distinct(mine: ReturnType<typeof myClasses>): AuthorityNote[] {
  const seen = new Map<string, AuthorityNote>();
  for (const { task: { authority } } of mine) if (authority !== null) seen.set(`${authority.basis}/${authority.instrumentNumber ?? ''}`, authority);
  return [...seen.values()];
}

/** Why there is nothing to sign here, and who can change that. */
function NothingToApprove({ sheet: { school, classes, headName, batches }, me }: { sheet: ApproveSheet; me: string }): VNode {
  if (school.campaign === null) return <p class="empty">Trường chưa thuộc đợt phát hành nào. Sở GD&ĐT phát động đợt thì lớp sẽ hiện ở đây.</p>;
  if (batches.some(isUnderWay)) return <p>Các lớp khác chưa có gì chờ Thầy/Cô ký.</p>;
  const waiting = classes.filter((one) => one.task !== null && one.task.assigneeId !== me);
  if (waiting.length > 0) {
    return (
      <Note kind="warn"><p>
        Thầy/Cô hiện không có thẩm quyền ký duyệt lớp nào trong {formatNumber(waiting.length)} lớp đang chờ. Người giao được:
        hiệu trưởng{headName !== null && ` (${headName})`} ở <a href={`/truong/${school.code}/giao-ky`}>trang giao ký thay</a>, hoặc chuyên viên Sở GD&ĐT.
      </p></Note>
    );
  }
  const behind = classes.filter((one) => one.behind > 0).length;
  const why = behind > 0 ? `Chưa có lớp nào chờ ký duyệt: ${formatNumber(behind)} lớp còn ở bước thu thập hoặc rà soát.` : 'Không còn học bạ nào chờ ký duyệt.';
  return <p class="empty">{why}</p>;
}

/** Classes that are somewhere else, so that a head knows the whole school. */
function Others({ sheet: { classes, school }, me, open }: { sheet: ApproveSheet; me: string; open: boolean }): VNode | null {
  const blocked = classes.filter((one) => one.task?.blockedCode != null);
  const given = classes.filter((one) => one.task !== null && one.task.assigneeId !== null && one.task.assigneeId !== me);
  const behind = classes.filter((one) => one.task === null && one.behind > 0);
  if (blocked.length + given.length + behind.length === 0) return null;
  const classLink = (one: SigningClass): VNode => <a href={`/truong/${school.code}/ky-duyet/lop/${one.classId}`}>Lớp {one.className}</a>;
  return (
    <Fold summary={`Các lớp khác (${formatNumber(blocked.length + given.length + behind.length)})`} open={open || blocked.length > 0}>
      <Group title="Không ai ký duyệt được" classes={blocked} of={(one) => <>{classLink(one)}: {BLOCKED_SENTENCES[one.task?.blockedCode ?? 'no-authority']}</>} />
      {blocked.length > 0 && <p><a href={`/truong/${school.code}/giao-ky`}>Mở trang giao ký thay</a></p>}
      <Group title="Đang giao cho người khác" classes={given} of={(one) => (
        <>
          {classLink(one)}: {one.task?.assigneeName}
          {one.task?.authority != null && <>, <AuthorityLine authority={one.task.authority} /></>} ({formatNumber(one.ready)} học bạ)
        </>
      )} />
      <Group title="Chưa tới bước ký duyệt" classes={behind} of={(one) => (
        <>{classLink(one)}: {formatNumber(one.behind)} học bạ chờ dữ liệu hoặc GVCN{one.teacherName !== null && ` (${one.teacherName})`}</>
      )} />
    </Fold>
  );
}

function Group({ title, classes, of }: { title: string; classes: readonly SigningClass[]; of: (one: SigningClass) => VNode }): VNode | null {
  if (classes.length === 0) return null;
  return <><h3>{title}</h3><ul>{classes.map((one) => <li key={one.classId}>{of(one)}</li>)}</ul></>;
}
