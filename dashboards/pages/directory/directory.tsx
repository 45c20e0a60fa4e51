import type { VNode } from 'preact';
import { FileField, Form, SubmitButton } from '../../components/form.js';
import type { FormState } from '../../components/formState.js';
import { Badge, LinkButton, Tile, Tiles } from '../../components/parts.js';
import { DataTable, type Column } from '../../components/table.js';
import { UploadList, type UploadLine } from '../../components/uploadList.js';

export type DirectoryCountsView = { offices: number; schools: number; people: number; withoutAccount: number; signersWithoutCertificate: number; schoolsWithoutSeal: number; paperSchools: number };
export type SchoolLineView = {
  officeCode: string; officeName: string; schoolCode: string; schoolName: string; phone: string | null; paperReason: string | null; hasSeal: boolean;
  staff: number; withoutAccount: number; withoutCertificate: number; hasHead: boolean;
};

export function DirectoryPage({ counts, schools, uploads, form }: { counts: DirectoryCountsView; schools: readonly SchoolLineView[]; uploads: readonly UploadLine[]; form: FormState }): VNode {
  return (
    <>
      <Tiles label="Danh mục">
        <Tile label="Phòng, xã, phường" count={counts.offices} href={null} />
        <Tile label="Trường" count={counts.schools} href={counts.schools > 0 ? '#truong' : null} />
        <Tile label="Nhân sự" count={counts.people} href={null} />
        <Tile label="Chưa có tài khoản" count={counts.withoutAccount} href={null} {...(counts.withoutAccount > 0 ? { kind: 'warn' as const } : {})} />
        <Tile label="Người ký chưa có chứng thư" count={counts.signersWithoutCertificate} href={null} {...(counts.signersWithoutCertificate > 0 ? { kind: 'bad' as const } : {})} />
        <Tile label="Trường chưa có chứng thư tổ chức" count={counts.schoolsWithoutSeal} href={null} {...(counts.schoolsWithoutSeal > 0 ? { kind: 'bad' as const } : {})} />
      </Tiles>
      <section class="card">
        <h2>Nạp danh mục đơn vị và nhân sự</h2>
        <ol>
          <li>Tải tệp mẫu, điền phòng hoặc xã, trường, nhân sự, văn bản giao ký thay và ngoại lệ vai trò.</li>
          <li>Nạp tệp. Tệp có lỗi thì không dòng nào được nạp; tệp chỉ thêm mới được nạp ngay. Tệp làm thay đổi hoặc không còn ghi ai đó thì hiện khác biệt trước, và chỉ người được chọn mới thôi vai trò.</li>
          <li>Người chưa có tài khoản được gửi thư mời.</li>
        </ol>
        <p><LinkButton href="/don-vi/mau" label="Tải tệp mẫu" kind="plain" /></p>
        <Form action="/don-vi" state={form} file label="Nạp danh mục">
          <FileField state={form} name="file" label="Tệp Excel (.xlsx)" accept=".xlsx" required />
          <SubmitButton label="Nạp tệp" />
        </Form>
      </section>
      <UploadList uploads={uploads} caption="Tệp đã nạp" hrefOf={(upload) => `/tep/${upload.id}`} />
      <section id="truong">
        <h2>Các trường</h2>
        <DataTable caption="Trường và những gì còn thiếu" columns={COLUMNS} rows={schools} empty="Chưa có trường nào. Nạp danh mục ở trên." />
      </section>
    </>
  );
}

const COLUMNS: readonly Column<SchoolLineView>[] = [
  { label: 'Trường', kind: 'head', cell: (school) => <a href={`/don-vi/truong/${school.schoolCode}`}>{school.schoolName}</a> },
  { label: 'Mã', cell: (school) => school.schoolCode },
  { label: 'Phòng, xã, phường', cell: (school) => school.officeName },
  { label: 'Nhân sự', kind: 'number', cell: (school) => school.staff },
  { label: 'Còn thiếu', cell: (school) => <Lacks school={school} /> },
];

function Lacks({ school }: { school: SchoolLineView }): VNode {
  const lacks = [
    school.hasHead ? null : 'hiệu trưởng', school.hasSeal ? null : 'chứng thư tổ chức',
    school.withoutAccount > 0 ? `${school.withoutAccount} tài khoản` : null, school.withoutCertificate > 0 ? `${school.withoutCertificate} chứng thư cá nhân` : null,
  ].filter((lack) => lack !== null);
  return (
    <span>
      {lacks.length === 0 ? <Badge kind="good">Đủ</Badge> : lacks.join(', ')}
      {school.paperReason !== null && <> <Badge kind="warn">Học bạ giấy</Badge></>}
    </span>
  );
}
