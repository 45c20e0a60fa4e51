import type { VNode } from 'preact';
import { STAGE_NAMES, STAGES, type CampaignPolicy, type Stage } from '../../../domain/policy.js';
import { FileField, Form, Select, SubmitButton } from '../../components/form.js';
import type { FormState } from '../../components/formState.js';
import { Due, Facts, Fold, LinkButton, Tile, Tiles, Trail } from '../../components/parts.js';
import { UploadList, type UploadLine } from '../../components/uploadList.js';
import { COVER_NAMES, PROFILE_NAMES, VENDOR_SAME_PERSON_NAMES, VENDOR_TEACHER_NAMES, XADES_NAMES } from '../../campaignNames.js';
import { formatNumber, formatSpan, inSentence } from '../../format.js';

export type DraftView = { id: string; deadlines: Record<Stage, Date>; policy: CampaignPolicy };

export function DraftPage({ campaign, counts, uploads, form, now }: {
  campaign: DraftView; counts: { schools: number; classes: number; pupils: number }; uploads: readonly UploadLine[]; form: FormState; now: Date;
}): VNode {
  const { id, deadlines, policy } = campaign;
  return (
    <>
      <Trail steps={[{ label: 'Đợt phát hành', href: '/dot' }]} />
      <p>Đợt đang chuẩn bị: chưa ai nhận được việc.</p>
      <Tiles label="Danh sách học sinh đã nạp">
        <Tile label="Trường" count={counts.schools} href={null} /><Tile label="Lớp" count={counts.classes} href={null} /><Tile label="Học sinh" count={counts.pupils} href={null} />
      </Tiles>
      <section class="card">
        <h2>1. Nạp danh sách học sinh</h2>
        <p>Danh sách này là số học bạ phải có của cả tỉnh. Nạp lại được cho đến khi phát động. Danh sách quá dài cho một tệp thì nạp từng phần, mỗi tệp trọn vài trường.</p>
        <p><LinkButton href={`/dot/${id}/hoc-sinh/mau`} label="Tải tệp mẫu" kind="plain" /></p>
        <Form action={`/dot/${id}/hoc-sinh`} state={form} file label="Nạp danh sách học sinh">
          <FileField state={form} name="file" label="Tệp Excel (.xlsx)" accept=".xlsx" required />
          {counts.pupils > 0 && <Select state={form} name="range" label="Tệp này thay cho" required initial="all" options={[
            { value: 'all', label: 'cả danh sách đã nạp' }, { value: 'schools', label: 'danh sách của các trường có trong tệp; trường khác giữ nguyên' },
          ]} />}
          <SubmitButton label="Nạp tệp" kind={counts.pupils > 0 ? 'plain' : 'main'} />
        </Form>
        <UploadList uploads={uploads} caption="Tệp đã nạp" hrefOf={(upload) => `/tep/${upload.id}`} />
      </section>
      <section class="card">
        <h2>2. Phát động</h2>
        <p>{counts.pupils > 0 ? `Xem trước những gì sẽ được chốt: ${formatNumber(counts.pupils)} học sinh.` : 'Nạp danh sách học sinh trước rồi mới phát động được.'}</p>
        {counts.pupils > 0 && <p><LinkButton href={`/dot/${id}/phat-dong`} label="Xem trước và phát động" /></p>}
      </section>
      <Fold summary="Hạn và thiết lập của đợt">
        <Facts facts={[
          ...STAGES.map((stage) => [`Hạn ${inSentence(STAGE_NAMES[stage])}`, <Due at={deadlines[stage]} now={now} />] as const),
          ['Nhắc lần đầu trước hạn', formatSpan(policy.remindBefore)], ['Nhắc lại mỗi', formatSpan(policy.remindEvery)], ['Gom thư giao việc trong', formatSpan(policy.mailSettle)], ['Báo phòng, xã, phường sau khi quá hạn', formatSpan(policy.escalateAfter)],
          ['Chờ xác nhận trên điện thoại', formatSpan(policy.signingExpires)], ['Gom gói', `${formatSpan(policy.packetWait)}, nhiều nhất ${formatNumber(policy.packetMaxCards)} học bạ`],
          ['Mẫu học bạ', PROFILE_NAMES[policy.profile]], ['Chữ ký sau bao trùm', COVER_NAMES[policy.cover]], ['Ghi thêm chứng thư và vai trò vào chữ ký', XADES_NAMES[policy.xades ? 1 : 0]],
          ['Học bạ ký ở phần mềm khác', `chữ ký GVCN: ${VENDOR_TEACHER_NAMES[policy.vendorTeacher ?? 'optional'].toLowerCase()}; GVCN và người duyệt là một người: ${VENDOR_SAME_PERSON_NAMES[policy.vendorSamePerson ?? 'allowed'].toLowerCase()}`],
        ]} />
      </Fold>
      <p><a href={`/dot/${id}/huy`}>Hủy đợt này</a></p>
    </>
  );
}
