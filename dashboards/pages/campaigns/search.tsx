import type { VNode } from 'preact';
import { Note } from '../../components/notice.js';
import { Trail } from '../../components/parts.js';
import { DataTable } from '../../components/table.js';
import { pupilColumns, type PupilLineView } from './pupilList.js';

/** @param found null before anything was sought */
export function SearchPage({ campaign, csrf, sought, found, tooShort }: { campaign: { id: string; title: string }; csrf: string; sought: string; found: readonly PupilLineView[] | null; tooShort: boolean }): VNode {
  return (
    <>
      <Trail steps={[{ label: 'Đợt phát hành', href: '/dot' }, { label: campaign.title, href: `/dot/${campaign.id}` }]} />
      <form method="post" action={`/dot/${campaign.id}/tim`} class="inline-form card" role="search">
        <input type="hidden" name="csrf" value={csrf} />
        <div class="field">
          <label for="tim">Họ tên, số định danh, mã học sinh hoặc mã tra cứu học bạ</label>
          <input id="tim" name="text" type="search" required minLength={2} maxLength={100} value={sought} autocomplete="off" />
        </div>
        <button type="submit" class="button button-main">Tìm</button>
      </form>
      {tooShort && <Note kind="warn"><p>Gõ ít nhất 2 ký tự để tìm.</p></Note>}
      {found !== null && <DataTable caption={found.length === 50 ? '50 kết quả đầu; gõ thêm để thu hẹp' : 'Kết quả'} rows={found} columns={pupilColumns(campaign.id)} empty="Không tìm thấy học sinh nào trong đợt này. Kiểm tra từng chữ, từng số; có thể gõ tên không dấu." />}
    </>
  );
}
