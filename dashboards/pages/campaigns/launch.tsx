import type { VNode } from 'preact';
import { STAGE_NAMES, STAGES, type Stage } from '../../../domain/policy.js';
import { PUPIL_REASONS, type PupilReason } from '../../../domain/pupilStatus.js';
import { REFUSALS } from '../../../domain/refusals.js';
import { CheckBox, Form, SubmitButton } from '../../components/form.js';
import type { FormState } from '../../components/formState.js';
import { Note } from '../../components/notice.js';
import { Due, Facts, Fold, Tile, Tiles, Trail } from '../../components/parts.js';
import { formatDate, formatNumber } from '../../format.js';

export type ListedView = { schoolCode: string; schoolName: string; what: string };
export type LaunchPreviewView = {
  schools: number; classes: number; pupils: number; paperSchools: number; paperPupils: number; held: readonly { reason: string; pupils: number }[];
  classesWithoutTeacher: readonly ListedView[]; schoolsWithoutHead: readonly ListedView[]; schoolsWithoutSeal: readonly ListedView[]; signersWithoutCertificate: readonly ListedView[];
  staffWithoutAccount: number; hasPacketKey: boolean; packetKeyValidTo: Date | null;
};
type LaunchProps = { campaign: { id: string; deadlines: Record<Stage, Date> }; preview: LaunchPreviewView; form: FormState; now: Date };

export function LaunchPage({ campaign, preview, form, now }: LaunchProps): VNode {
  const late = STAGES.filter((stage) => campaign.deadlines[stage] < now);
  const held = preview.held.reduce((sum, one) => sum + one.pupils, 0);
  return (
    <>
      <Trail steps={[{ label: 'Đợt phát hành', href: '/dot' }, { label: 'Đang chuẩn bị', href: `/dot/${campaign.id}` }]} />
      <p>Phát động sẽ chốt danh sách dưới đây và giao việc cho các trường. Sau đó chỉ biến động học sinh có minh chứng mới làm thay đổi số phải có.</p>
      <Tiles label="Sẽ được chốt">
        <Tile label="Trường" count={preview.schools} href={null} /><Tile label="Lớp" count={preview.classes} href={null} /><Tile label="Học bạ phải có" count={preview.pupils} href={null} />
        <Tile label="Chưa đủ điều kiện phát hành" count={held} href={null} /><Tile label="Trường dùng học bạ giấy" count={preview.paperSchools} href={null} note={`${formatNumber(preview.paperPupils)} học sinh`} />
      </Tiles>
      {preview.held.length > 0 && <Facts facts={preview.held.map(({ reason, pupils }) => [PUPIL_REASONS[reason as PupilReason], `${formatNumber(pupils)} học sinh`] as const)} />}
      <h2>Hạn</h2>
      {late.length > 0 && <Note kind="warn"><p><strong>{late.length} hạn đã qua</strong>: các trường sẽ quá hạn ngay khi phát động. Vẫn phát động được; sau đó có thể gia hạn cho từng trường.</p></Note>}
      <Facts facts={STAGES.map((stage) => [STAGE_NAMES[stage], <Due at={campaign.deadlines[stage]} now={now} />] as const)} />
      <h2>Còn thiếu</h2>
      <Missing preview={preview} />
      <section class="card">
        <h2>Xác nhận</h2>
        <Form action={`/dot/${campaign.id}/phat-dong`} state={form} label="Phát động đợt">
          <CheckBox state={form} name="confirmed" label={`Tôi đã xem ${formatNumber(preview.pupils)} học bạ phải có của ${formatNumber(preview.schools)} trường và đồng ý chốt danh sách này.`} required />
          <SubmitButton label="Phát động đợt" disabledBecause={blockedBy(preview)} id="phat-dong" />
        </Form>
      </section>
    </>
  );
}

function blockedBy(preview: LaunchPreviewView): string | null {
  if (preview.pupils === 0) return REFUSALS['campaign-empty'].sentence;
  return preview.hasPacketKey ? null : REFUSALS['packet-key-missing'].sentence;
}

/** None of these stops a launch: classes move independently, and what is missing can be added while others work. */
function Missing({ preview }: { preview: LaunchPreviewView }): VNode {
  const parts = [
    { list: preview.classesWithoutTeacher, name: 'Lớp chưa có GVCN', effect: 'lớp sẽ không rà soát được' },
    { list: preview.schoolsWithoutHead, name: 'Trường chưa có người ký duyệt', effect: 'GVCN chưa ký xác nhận được' },
    { list: preview.schoolsWithoutSeal, name: 'Trường chưa có chứng thư tổ chức', effect: 'không ký số phát hành được' },
    { list: preview.signersWithoutCertificate, name: 'Người ký chưa có tài khoản ký số hoặc chứng thư', effect: 'không ký được phần của mình' },
  ].filter((part) => part.list.length > 0);
  return (
    <>
      {parts.length === 0 && preview.staffWithoutAccount === 0 && <Note kind="good"><p>Không thiếu gì: lớp nào cũng có GVCN, trường nào cũng có người ký duyệt và chứng thư.</p></Note>}
      {parts.map(({ list, name, effect }) => (
        <Fold key={name} summary={`${name}: ${formatNumber(list.length)}${list.length === 200 ? ' trở lên' : ''} – ${effect}`}>
          <ul>{list.map((one, index) => <li key={index}><a href={`/don-vi/truong/${one.schoolCode}`}>{one.schoolName}</a>{one.what !== '' && `: ${one.what}`}</li>)}</ul>
        </Fold>
      ))}
      {preview.staffWithoutAccount > 0 && <Note kind="warn"><p>{formatNumber(preview.staffWithoutAccount)} người ở các trường chưa mở tài khoản. Thư giao việc vẫn được gửi; khi mở, họ phải đặt mật khẩu bằng thư mời trước.</p></Note>}
      {preview.packetKeyValidTo !== null && <p class="quiet">Chứng thư số của Sở có hiệu lực đến {formatDate(preview.packetKeyValidTo)}.</p>}
    </>
  );
}
