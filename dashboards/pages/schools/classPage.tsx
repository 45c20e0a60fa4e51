import type { VNode } from 'preact';
import { STAGE_NAMES, type Stage } from '../../../domain/policy.js';
import { Form, Select, SubmitButton, TextArea } from '../../components/form.js';
import { valuesOf, type FormState } from '../../components/formState.js';
import { Badge, Due, Facts, Time, Trail } from '../../components/parts.js';
import { DataTable, type Column } from '../../components/table.js';
import { inSentence } from '../../format.js';
import { TASK_NAMES } from '../../taskPaths.js';
import { ADMIT_FORM, AdmitForm } from './admitForm.js';
import { Position, type PupilLineView } from '../campaigns/pupilList.js';
import type { TaskView } from './school.js';

type Props = {
  /** `reassessed`: the summer's campaign, after the re-assessment. */
  campaign: { id: string; title: string; reassessed: boolean };
  head: { classId: string; className: string; schoolCode: string; schoolName: string; teacherName: string | null; collectState: 'missing' | 'accepted' | 'returned'; collectedAt: Date | null };
  pupils: readonly PupilLineView[]; tasks: readonly TaskView[];
  returns: readonly { fromStage: string; reason: string; returnedAt: Date; resolvedAt: Date | null; personName: string | null }[];
  form: FormState; admission: { form: FormState; open: boolean }; mayAct: boolean; now: Date;
};

const COLLECTED = { missing: 'Chưa có dữ liệu', accepted: 'Đã có dữ liệu', returned: 'GVCN báo sai, chờ văn thư sửa' } as const;

/** A signed card stays as it is, so only pupils before the first signature may be exempted or moved. */
const mayChange = (pupil: PupilLineView): boolean => ['held', 'missing', 'drafted'].includes(pupil.position);

/** Why a pupil cannot be exempted or moved here, and what has to come first; null for those who already are. */
function whyNot({ position }: PupilLineView): { mark: string; sentence: string } | null {
  switch (position) {
    case 'held': case 'missing': case 'drafted': case 'exempt': case 'excluded': return null;
    case 'teacher_signed': return { mark: 'Đã ký', sentence: 'GVCN đã ký xác nhận: người ký duyệt trả lại lớp thì mới miễn hoặc rút học sinh được.' };
    case 'principal_signed': case 'sealed': return { mark: 'Đã ký', sentence: 'Đã ký duyệt: học bạ có chữ ký của hiệu trưởng chỉ bỏ được bằng thu hồi, nên phải thu hồi trước rồi mới miễn hoặc rút học sinh.' };
    default: return { mark: 'Đã phát hành', sentence: 'Sở đã nhận bản gốc: phải thu hồi học bạ trước rồi mới ghi biến động, vì học bạ đã phát hành không sửa, không xóa tại chỗ.' };
  }
}

export function ClassPage({ campaign, head, pupils, tasks, returns, form, admission, mayAct, now }: Props): VNode {
  const changeable = pupils.some(mayChange);
  const left = new Set(mayAct ? takenOut(pupils) : []);
  return (
    <>
      <Trail steps={[{ label: campaign.title, href: `/dot/${campaign.id}` }, { label: head.schoolName, href: `/dot/${campaign.id}/truong/${head.schoolCode}` }]} />
      <Facts facts={[
        ['GVCN', <>{head.teacherName ?? <Badge kind="bad">Chưa có</Badge>}{mayAct && <> · <a href={`/truong/${head.schoolCode}/chu-nhiem`}>Thay GVCN</a></>}</>], ['Dữ liệu', <>{COLLECTED[head.collectState]}{head.collectedAt !== null && <> <Time at={head.collectedAt} /></>}</>],
        ...tasks.map((task) => [TASK_NAMES[task.kind], <>{task.personName ?? 'chưa giao được'} · <Due at={task.dueAt} now={now} /></>] as const),
        ...returns.map((one) => [`Trả lại từ khâu ${inSentence(STAGE_NAMES[one.fromStage as Stage])}`, <>{one.reason} ({one.personName ?? 'hệ thống'}, <Time at={one.returnedAt} />{one.resolvedAt === null && ', đang sửa'})</>] as const),
      ]} />
      {pupils.some((pupil) => pupil.cardId !== null) && <p><a href={`/lop/${head.classId}/hoc-ba.pdf`}>Tải bản in học bạ cả lớp (PDF)</a></p>}
      <Form action={`/dot/${campaign.id}/lop/${head.classId}/hoc-sinh`} state={form} label="Học sinh của lớp">
        <DataTable caption={captionOf(pupils)} rows={pupils} columns={columnsOf(form, { choose: mayAct && changeable, left })} empty="Lớp chưa có học sinh nào trong danh sách đã chốt." />
        {mayAct && (
          <section class="card">
            <h2>Ghi cho học sinh đã chọn</h2>
            <Select state={form} name="what" label="Việc cần ghi" required options={[
              { value: 'exempt', label: 'Miễn trong đợt này (vẫn nằm trong số phải có)' },
              ...(campaign.reassessed ? [] : [
                { value: 'hold', label: 'Chờ đánh giá lại trong hè (vẫn nằm trong số phải có)' }, { value: 'release', label: 'Đã đánh giá lại: lập học bạ từ dữ liệu đã nộp' },
              ]),
              { value: 'transfer_out', label: 'Biến động: chuyển đi (rút khỏi số phải có)' }, { value: 'drop_out', label: 'Biến động: thôi học (rút khỏi số phải có)' },
            ]} />
            <TextArea state={form} name="reason" label="Lí do, minh chứng" required rows={2} help="Với biến động: số và ngày của giấy chuyển trường hoặc quyết định. Với đánh giá lại: biên bản hoặc quyết định của hiệu trưởng." />
            <SubmitButton label="Ghi cho học sinh đã chọn" id="ghi-hoc-sinh" disabledBecause={changeable ? null : 'Mọi học bạ của lớp đã được ký hoặc đã có lí do, nên không ghi thêm được ở đây.'} />
            <WhyNot pupils={pupils} />
          </section>
        )}
      </Form>
      {mayAct && <AdmitForm action={`/dot/${campaign.id}/lop/${head.classId}/chuyen-den`} schoolPage={`/dot/${campaign.id}/truong/${head.schoolCode}`} form={admission.form} open={admission.open} />}
    </>
  );
}

const captionOf = (pupils: readonly PupilLineView[]): string => {
  const left = pupils.filter((pupil) => pupil.position === 'excluded').length;
  return `${pupils.length - left} học sinh${left === 0 ? '' : `, ${left} biến động đi`}`;
};

/** Who left and is not back: ids of those whom the form below takes in again. */
function takenOut(pupils: readonly PupilLineView[]): string[] {
  const inside = new Set(pupils.filter((pupil) => pupil.position !== 'excluded').map((pupil) => pupil.pupilCode));
  return pupils.filter((pupil) => pupil.position === 'excluded' && !inside.has(pupil.pupilCode)).map((pupil) => pupil.pupilId);
}

/** Each reason once, with how many pupils it keeps. */
function WhyNot({ pupils }: { pupils: readonly PupilLineView[] }): VNode | null {
  const counted = new Map<string, number>();
  for (const pupil of pupils) {
    const why = whyNot(pupil);
    if (why !== null) counted.set(why.sentence, (counted.get(why.sentence) ?? 0) + 1);
  }
  return counted.size === 0 ? null : <div class="why"><p>Không chọn được:</p><ul>{[...counted].map(([sentence, count]) => <li key={sentence}>{count} học sinh. {sentence}</li>)}</ul></div>;
}

function columnsOf(form: FormState, { choose, left }: { choose: boolean; left: ReadonlySet<string> }): Column<PupilLineView>[] {
  const chosen = new Set(valuesOf(form, 'pupilIds'));
  const choice: Column<PupilLineView> = { label: 'Chọn', cell: (pupil) => (
    mayChange(pupil)
      ? <label class="check"><input type="checkbox" name="pupilIds" value={pupil.pupilId} checked={chosen.has(pupil.pupilId)} /><span class="sr-only">{pupil.fullName}</span></label>
      : left.has(pupil.pupilId) ? <a href={`?ghi-lai=${pupil.pupilId}#${ADMIT_FORM}`}>Ghi lại<span class="sr-only"> {pupil.fullName}</span></a> : whyNot(pupil)?.mark ?? ''
  ) };
  return [
    { label: 'Học sinh', kind: 'head', cell: (pupil) => (pupil.cardId === null ? pupil.fullName : <a href={`/hoc-ba/${pupil.cardId}`}>{pupil.fullName}</a>) },
    { label: 'Mã học sinh', cell: (pupil) => pupil.pupilCode },
    { label: 'Đang ở', cell: (pupil) => <Position pupil={pupil} /> },
    { label: 'Từ lúc', cell: (pupil) => <Time at={pupil.since} /> },
    ...(choose || left.size > 0 ? [choice] : []),
  ];
}
