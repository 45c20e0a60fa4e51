import type { VNode } from 'preact';
import { PUPIL_REASONS, type PupilReason } from '../../../domain/pupilStatus.js';
import type { SigningClass } from '../../../domain/sheets/approve.js';
import type { SealCertificate, SealSheet } from '../../../domain/sheets/seal.js';
import { batchesOnTop, isUnderWay } from '../../../domain/signingProgress.js';
import { EvidenceWaitNotes, SignAgainNote } from '../../components/evidence.js';
import { Form, SubmitButton } from '../../components/form.js';
import { valuesOf, type FormState } from '../../components/formState.js';
import { OpenDecisionLine } from '../../components/openDecision.js';
import { Badge, Due, Facts, Fold, Trail } from '../../components/parts.js';
import { FinishedBatches, SigningPanel } from '../../components/signing.js';
import { formatDate, formatNumber } from '../../format.js';

export type SealProps = { sheet: SealSheet; me: string; form: FormState; now: Date; phoneHref: string | null };

export const sealable = (classes: readonly SigningClass[], me: string): (SigningClass & { task: NonNullable<SigningClass['task']> })[] =>
  classes.filter((one): one is SigningClass & { task: NonNullable<SigningClass['task']> } => one.task?.assigneeId === me && one.ready > 0 && !one.inBatch);

/** The clerk seals approved classes with the school's certificate; what is not ready is listed with its reason. */
export function SealPage({ sheet, me, form, now, phoneHref }: SealProps): VNode {
  const { school, classes, certificate, batches } = sheet;
  const mine = sealable(classes, me);
  const shown = batchesOnTop(batches, { now, stillToSign: mine.length > 0 });
  return (
    <>
      <Trail steps={[{ label: 'Việc của tôi', href: '/viec-cua-toi' }, { label: school.name, href: `/truong/${school.code}/ky-so` }]} />
      <OpenDecisionLine decision={sheet.decision} />
      {shown.map((batch) => <SigningPanel key={batch.id} batch={batch} phoneHref={phoneHref} mine={batch.personId === me} />)}
      <EvidenceWaitNotes waits={sheet.waits} />
      <SignAgainNote lines={sheet.signAgain} />
      <CertificatePart certificate={certificate} keyHref={`/truong/${school.code}/chung-thu`} />
      {mine.length === 0 ? <p class="empty">{emptyWords(sheet, me)}</p> : (
        <Form action={`/truong/${school.code}/ky-so/ky`} state={form} label="Ký số phát hành">
          <ul class="choices">{mine.map((one) => {
            const value = `${one.task.id}:${one.task.version}`;
            return (
              <li class="choice" key={one.classId}>
                <label class="choice-head">
                  <input type="checkbox" name="task" value={value} checked={form.problem === null || valuesOf(form, 'task').includes(value)} />
                  <span><strong>Lớp {one.className}</strong> <span class="quiet">{formatNumber(one.ready)} học bạ đã ký duyệt</span></span>
                </label>
                <p class="quiet">Hạn <Due at={one.task.dueAt} now={now} />{one.held.map(({ reason, count }) => ` · ${formatNumber(count)} ${PUPIL_REASONS[reason as PupilReason] ?? reason}`)}</p>
              </li>
            );
          })}</ul>
          <div class="sticky-bar">
            <p>
              Trang này có <strong>{formatNumber(mine.reduce((sum, one) => sum + one.ready, 0))}</strong> học bạ của <strong>{formatNumber(mine.length)}</strong> lớp; chỉ ký những gì còn chọn.
              {certificate?.account === null && ' Bấm nút là ký: hệ thống ký ngay bằng chứng thư của trường, không cần xác nhận trên điện thoại.'} Sau khi ký số phát hành, học bạ được gửi Sở và không sửa được nữa.
            </p>
            <SubmitButton label="Ký số phát hành các lớp đã chọn" id="nut-ky" disabledBecause={certificateBlock(certificate)} />
          </div>
        </Form>
      )}
      <HeldBack classes={classes} />
      <FinishedBatches batches={batches} title="Đã ký số phát hành" />
    </>
  );
}

const CERTIFICATE = {
  'valid': ['good', 'Còn hiệu lực'], 'expiring': ['warn', 'Sắp hết hạn'], 'not-yet': ['bad', 'Chưa tới ngày hiệu lực'],
  'expired': ['bad', 'Đã hết hạn'], 'revoked': ['bad', 'Đã bị thu hồi'],
} as const satisfies Record<SealCertificate['state'], readonly ['good' | 'warn' | 'bad', string]>;

function CertificatePart({ certificate, keyHref }: { certificate: SealCertificate | null; keyHref: string }): VNode {
  if (certificate === null) return <Facts facts={[['Chứng thư số của trường', <><Badge kind="bad">Chưa có để ký</Badge> <a href={keyHref}>Xem chứng thư số của trường</a></>]]} />;
  const [kind, name] = CERTIFICATE[certificate.state];
  return (
    <Facts facts={[
      ['Chứng thư số của trường', <Badge kind={kind}>{name}</Badge>], ['Hiệu lực', `${formatDate(certificate.validFrom)} – ${formatDate(certificate.validTo)}`],
      certificate.account === null ? ['Khóa để ký', <>Hệ thống giữ, <a href={keyHref}>hiệu trưởng đã giao</a></>] : ['Tài khoản ký số', certificate.account], ['Số hiệu chứng thư', <code class="uuid">{certificate.serial}</code>],
    ]} />
  );
}

/** Why the school cannot seal at all; null when it can. */
export function certificateBlock(certificate: SealCertificate | null): string | null {
  if (certificate === null) return 'Chưa có chứng thư số của trường để ký. Chuyên viên Sở GD&ĐT ghi nhận tài khoản ký số ở danh mục đơn vị, hoặc hiệu trưởng nạp tệp .p12 ở trang Chứng thư số của trường.';
  switch (certificate.state) {
    case 'valid': case 'expiring': return null;
    case 'not-yet': return 'Chứng thư số của trường chưa tới ngày hiệu lực.';
    case 'expired': case 'revoked': return 'Chứng thư số của trường không còn hiệu lực. Làm chứng thư mới rồi báo Sở GD&ĐT cập nhật.';
  }
}

function emptyWords({ school, classes, batches }: SealSheet, me: string): string {
  if (school.campaign === null) return 'Trường chưa thuộc đợt phát hành nào.';
  if (batches.some(isUnderWay)) return 'Các lớp khác chưa có gì chờ ký số phát hành.';
  const other = classes.find((one) => one.task !== null && one.task.assigneeId !== me);
  if (other !== undefined) return `Việc ký số phát hành đang giao cho ${other.task?.assigneeName ?? 'người khác'}.`;
  return 'Chưa có lớp nào chờ ký số phát hành: lớp hiện ở đây khi đã được ký duyệt.';
}

/** Who else is waited for, class by class. */
function HeldBack({ classes }: { classes: readonly SigningClass[] }): VNode | null {
  const behind = classes.filter((one) => one.behind > 0);
  if (behind.length === 0) return null;
  return (
    <Fold summary={`Chưa ký số phát hành được (${formatNumber(behind.length)} lớp)`}>
      <ul>{behind.map((one) => (
        <li key={one.classId}><strong>Lớp {one.className}</strong>: {[
          ...(one.behind > 0 ? [`${formatNumber(one.behind)} học bạ chưa được ký duyệt`] : []),
          ...one.held.map(({ reason, count }) => `${formatNumber(count)} học bạ chưa đủ điều kiện phát hành (${PUPIL_REASONS[reason as PupilReason] ?? reason})`),
        ].join('; ')}</li>
      ))}</ul>
    </Fold>
  );
}
