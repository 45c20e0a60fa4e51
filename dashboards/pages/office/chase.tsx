import type { VNode } from 'preact';
import { BLOCKED_SENTENCES } from '../../../domain/authority.js';
import { STAGE_NAMES, STAGES, type Stage } from '../../../domain/policy.js';
import { ROLE_NAMES } from '../../../domain/roles.js';
import type { ChaseSchool, ChaseSheet, ChaseTask } from '../../../domain/sheets/office.js';
import { stageOf } from '../../../domain/sheets/office.js';
import { Form, SubmitButton } from '../../components/form.js';
import type { FormState } from '../../components/formState.js';
import { Badge, Rate, Tile, Tiles, Time } from '../../components/parts.js';
import { formatDue, formatNumber, formatSpan } from '../../format.js';
import { justReminded } from '../schools/schoolActs.js';

export type ChaseProps = { sheet: ChaseSheet; reminders: ReadonlyMap<string, FormState> };

/** The office's list of schools to call, also on paper: who, which number, what is missing. */
export function ChasePage({ sheet, reminders }: ChaseProps): VNode {
  const { schools, campaign, asOf } = sheet;
  if (campaign === null) return <p class="empty">Địa bàn {sheet.officeName} chưa có đợt phát hành nào đang chạy. Sở GD&ĐT phát động đợt thì danh sách hiện ở đây.</p>;
  const late = schools.filter((school) => school.overdueSince !== null);
  const busy = schools.filter((school) => school.overdueSince === null && school.tasks.length > 0);
  const quiet = schools.filter((school) => school.overdueSince === null && school.tasks.length === 0);
  const cardOf = (school: ChaseSchool): VNode =>
    <SchoolCard key={school.schoolCode} school={school} now={asOf} form={reminders.get(school.schoolCode) ?? null} />;
  return (
    <>
      <p>{sheet.officeName} · năm học {campaign.schoolYear.replace('-', '–')} · số liệu tính đến <Time at={asOf} /></p>
      <Tiles label="Tổng quan địa bàn">
        <Tile label="Trường quá hạn" count={late.length} href={late.length > 0 ? '#qua-han' : null} kind={late.length > 0 ? 'bad' : 'good'} />
        <Tile label="Trường đang làm, còn hạn" count={busy.length} href={busy.length > 0 ? '#con-han' : null} />
        <Tile label="Không còn việc" count={quiet.length} href={quiet.length > 0 ? '#xong' : null} />
      </Tiles>
      <p class="quiet screen-only">In trang này (Ctrl+P) để có danh sách gọi trên giấy A4.</p>
      <section id="qua-han" aria-label="Trường quá hạn"><h2>Quá hạn ({formatNumber(late.length)})</h2>
        {late.length === 0 && <p class="empty">Không có trường nào quá hạn.</p>}
        {late.map(cardOf)}
      </section>
      {busy.length > 0 && (
        <section id="con-han" aria-label="Trường còn hạn"><h2>Còn hạn ({formatNumber(busy.length)})</h2>{busy.map(cardOf)}</section>
      )}
      {quiet.length > 0 && (
        <section id="xong" aria-label="Trường không còn việc">
          <h2>Không còn việc ({formatNumber(quiet.length)})</h2>
          <ul>{quiet.map((school) => <li key={school.schoolCode}>{school.schoolName}{school.exemptReason !== null && <> – được miễn: {school.exemptReason}</>}</li>)}</ul>
        </section>
      )}
    </>
  );
}

function SchoolCard({ school, now, form }: { school: ChaseSchool; now: Date; form: FormState | null }): VNode {
  const { overdueSince, lastReminder } = school;
  const correct = school.tasks.filter((task) => task.kind === 'correct');
  return (
    <article class={overdueSince === null ? 'chase' : 'chase chase-late'} aria-label={school.schoolName}>
      <header>
        <h3>{school.schoolName}</h3>
        {overdueSince !== null && <Badge kind="bad">quá hạn {formatSpan((now.getTime() - overdueSince.getTime()) / 1000)}</Badge>}
      </header>
      <p>
        Đã ký duyệt {formatNumber(school.signed)}/{formatNumber(school.expected)} <Rate numerator={school.signed} denominator={school.expected} />
      </p>
      {school.phone !== null && <p>Điện thoại trường: <Phone number={school.phone} /></p>}
      {STAGES.map((stage) => <StagePart key={stage} stage={stage} tasks={school.tasks.filter((task) => stageOf(task.kind) === stage)} now={now} />)}
      {correct.length > 0 && <p>Kho từ chối: {formatNumber(correct.reduce((sum, task) => sum + task.cards, 0))} học bạ ở lớp {correct.map((task) => task.className).join(', ')}, chờ văn thư xử lý.</p>}
      <p class="quiet">Nhắc gần nhất: {lastReminder === null ? 'chưa nhắc' : <Time at={lastReminder} />}</p>
      {form !== null && (
        <Form action={`/dia-ban/truong/${school.schoolCode}/nhac`} state={form} label={`Nhắc ${school.schoolName}`}>
          <SubmitButton label="Gửi nhắc" kind="plain" id={`nhac-${school.schoolCode}`} disabledBecause={justReminded(school.tasks, now)} />
        </Form>
      )}
    </article>
  );
}

/** One stage of one school: how late, which classes, whose turn it is. */
function StagePart({ stage, tasks, now }: { stage: Stage; tasks: readonly ChaseTask[]; now: Date }): VNode | null {
  const first = tasks[0];
  if (first === undefined) return null;
  const cards = tasks.reduce((sum, task) => sum + task.cards, 0);
  const people = new Map<string, ChaseTask[]>();
  for (const task of tasks) {
    const person = `${task.personName ?? ''}/${task.blockedCode ?? ''}`;
    people.set(person, [...(people.get(person) ?? []), task]);
  }
  return (
    <div class="stage">
      <p><strong>{STAGE_NAMES[stage]}</strong> – <span class={first.dueAt.getTime() < now.getTime() ? 'due-late' : undefined}>{formatDue(first.dueAt, now)}</span>, còn {formatNumber(cards)} học bạ</p>
      <ul>{[...people.values()].map((group) => <li key={group[0]!.taskId}><Turn group={group} /></li>)}</ul>
    </div>
  );
}

function Turn({ group }: { group: readonly ChaseTask[] }): VNode {
  const [task] = group as [ChaseTask];
  const classes = group.flatMap((one) => (one.className === null ? [] : [one.className]));
  const where = classes.length === 0 ? 'cả trường' : `lớp ${classes.join(', ')}`;
  if (task.blockedCode !== null) return <>{where}: {BLOCKED_SENTENCES[task.blockedCode]}</>;
  return <>{where}: {task.personName ?? 'chưa phân công'} ({ROLE_NAMES[task.role]}){task.phone !== null && <>, <Phone number={task.phone} /></>}</>;
}

const Phone = ({ number }: { number: string }): VNode => <a class="phone" href={`tel:${number.replace(/[^\d+]/g, '')}`}>{number}</a>;
