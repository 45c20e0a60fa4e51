import type { VNode } from 'preact';
import type { UnitsDifferences } from '../../../domain/unitsDifferences.js';
import type { FormState } from '../../components/formState.js';
import { Note } from '../../components/notice.js';
import { Badge, Facts, LinkButton, Time } from '../../components/parts.js';
import { DataTable, type Column } from '../../components/table.js';
import { formatNumber } from '../../format.js';
import { UnitsChanges } from './unitsChanges.js';

export type UploadView = {
  id: string; kind: 'units' | 'expected' | 'roster'; campaignId: string | null; fileName: string; createdAt: Date;
  state: 'queued' | 'refused' | 'read' | 'waiting' | 'applied' | 'discarded' | null;
  refusalMessage: string | null; errors: number; warnings: number; hasAnnotated: boolean; summary: Record<string, unknown> | null;
};
export type FaultView = { seq: number; sheet: string; cell: string; header: string | null; message: string; severity: 'error' | 'warning' };

const COUNT_NAMES: Readonly<Record<string, string>> = {
  offices: 'Phòng GD&ĐT, xã, phường', schools: 'Trường', staff: 'Nhân sự', authorities: 'Văn bản giao ký thay', exceptions: 'Ngoại lệ vai trò', classes: 'Lớp', pupils: 'Học sinh',
};

export type WaitingUnits = { differences: UnitsDifferences; form: FormState; discard: FormState };

/** @param waiting a units workbook that changes people: what it would change, and the form that applies it */
export function UploadResultPage({ upload, faults, shownLimit, waiting }: { upload: UploadView; faults: readonly FaultView[]; shownLimit: number; waiting: WaitingUnits | null }): VNode {
  const back = upload.kind === 'units' ? '/don-vi' : `/dot/${upload.campaignId ?? ''}`;
  // A refused file has one fault, the refusal itself: no cell of it was read.
  const all = upload.state === 'refused' ? 0 : upload.errors + upload.warnings;
  return (
    <>
      <State upload={upload} />
      <Facts facts={[
        ['Tệp', upload.fileName], ['Nhận lúc', <Time at={upload.createdAt} />],
        ...Object.entries(upload.summary ?? {}).flatMap(([name, count]) => (name in COUNT_NAMES && typeof count === 'number' ? [[COUNT_NAMES[name] ?? name, formatNumber(count)] as const] : [])),
      ]} />
      {all > 0 && (
        <section>
          <h2>{upload.errors > 0 ? `${formatNumber(upload.errors)} lỗi phải sửa` : 'Không có lỗi'}{upload.warnings > 0 && `, ${formatNumber(upload.warnings)} điều cần xem lại`}</h2>
          {upload.hasAnnotated && <p><LinkButton href={`/tep/${upload.id}/danh-dau-loi`} label="Tải tệp đã đánh dấu lỗi" kind="plain" /></p>}
          {all > faults.length && <p>Trang này hiện {formatNumber(Math.min(faults.length, shownLimit))} trong {formatNumber(all)} chỗ.</p>}
          <DataTable caption="Các ô cần sửa" columns={FAULT_COLUMNS} rows={faults} empty="Không có dòng nào." />
        </section>
      )}
      {waiting !== null && <UnitsChanges uploadId={upload.id} {...waiting} />}
      {upload.state !== null && upload.state !== 'queued' && upload.state !== 'waiting' && <p class="actions"><LinkButton href={back} label={upload.state === 'applied' ? 'Tiếp tục' : 'Quay lại để nạp tệp khác'} /></p>}
    </>
  );
}

function State({ upload }: { upload: UploadView }): VNode {
  switch (upload.state) {
    case null: case 'queued': return <Note kind="info"><p>Đã nhận tệp, đang đọc. Trang tự cập nhật; có thể rời trang rồi quay lại.</p></Note>;
    case 'refused': return <Note kind="bad"><p><strong>Tệp không được nhận:</strong> {upload.refusalMessage}</p><p>Chưa có dữ liệu nào bị thay đổi.</p></Note>;
    case 'waiting': return <Note kind="warn"><p>Tệp đúng, và làm thay đổi danh mục đang dùng. Chưa có gì thay đổi: xem các khác biệt dưới đây rồi áp dụng, hoặc bỏ tệp.</p></Note>;
    case 'discarded': return <Note kind="info"><p>Tệp đã bị bỏ, danh mục giữ nguyên.</p></Note>;
    case 'applied': return <Note kind="good"><p>Tệp đúng và đã được nạp.</p></Note>;
    default: return upload.errors > 0
      ? <Note kind="bad"><p>Tệp có lỗi nên chưa được nạp; dữ liệu cũ giữ nguyên. Sửa các ô dưới đây rồi nạp lại cả tệp.</p></Note>
      : <Note kind="warn"><p>Tệp đọc được nhưng không được nạp: đợt đã phát động trong lúc đọc tệp. Ghi biến động học sinh thay cho nạp lại.</p></Note>;
  }
}

const FAULT_COLUMNS: readonly Column<FaultView>[] = [
  { label: 'Ô', kind: 'head', cell: (fault) => [fault.sheet, fault.cell].filter((part) => part !== '').join(' · ') || 'Cả tệp' },
  { label: 'Cột', cell: (fault) => fault.header ?? '' },
  { label: 'Cần sửa', cell: (fault) => fault.message },
  { label: 'Mức', cell: (fault) => (fault.severity === 'error' ? <Badge kind="bad">Lỗi</Badge> : <Badge kind="warn">Xem lại</Badge>) },
];
