import type { PlainDate } from '../../domain/brand.js';
import type { TableSpec } from '../workbook/table.js';
import {
  choiceColumn, codeColumn, dateColumn, emailColumn, listColumn, orNull, personalNumberColumn, phoneColumn, shapedColumn, textColumn,
} from '../workbook/tableColumn.js';
import { bad, fine, Words } from '../workbook/value.js';
import {
  AUTHORITY_BASES, OFFICE_KINDS, STAFF_ROLES, type AuthorityRow, type ExceptionRow, type OfficeRow, type SchoolRow, type StaffRole, type StaffRow,
} from './units.js';

/** A school's row as it stands in the sheet: exemption in three columns, judged together afterwards. */
export type SchoolCells = Omit<SchoolRow, 'exempt'> & { exempt: 'yes' | 'no' | null; exemptReason: string | null; roadmapDate: PlainDate | null };

export const OFFICES: TableSpec<OfficeRow> = {
  sheetName: 'Đơn vị',
  title: 'DANH SÁCH PHÒNG GD&ĐT / XÃ, PHƯỜNG PHỤ TRÁCH',
  columns: {
    code: codeColumn({ label: 'Mã đơn vị', synonyms: ['Mã phòng', 'Mã'], width: 14 }),
    name: textColumn({ label: 'Tên đơn vị', synonyms: ['Tên phòng', 'Tên'], width: 40 }),
    kind: choiceColumn({ label: 'Loại đơn vị', synonyms: ['Loại'], width: 16 }, OFFICE_KINDS, [['Phòng', 'district'], ['Xã', 'commune'], ['Phường', 'commune']]),
    phone: orNull(phoneColumn({ label: 'Điện thoại', synonyms: ['Số điện thoại', 'SĐT'], width: 16 })),
    email: orNull(emailColumn({ label: 'Thư điện tử', synonyms: ['E-mail', 'Email'], width: 30 })),
  },
};

const fingerprint = (label: string) => orNull(shapedColumn(
  { label, synonyms: ['Dấu vân tay chứng thư số', 'Vân tay chứng thư', 'SHA-256 chứng thư'], width: 30 }, 'fingerprint-shape', /^[0-9a-f]{64}$/,
  'Dấu vân tay chứng thư số phải là SHA-256 gồm 64 chữ số thập lục phân.', (text) => text.replace(/[\s:-]/g, '').toLowerCase(),
));

export const SCHOOLS: TableSpec<SchoolCells> = {
  sheetName: 'Trường',
  title: 'DANH SÁCH TRƯỜNG',
  columns: {
    code: codeColumn({ label: 'Mã trường', width: 14 }),
    name: textColumn({ label: 'Tên trường', width: 36 }),
    officeCode: codeColumn({ label: 'Mã đơn vị quản lý', synonyms: ['Mã đơn vị', 'Mã phòng', 'Đơn vị quản lý'], width: 14 }),
    communeName: textColumn({ label: 'Xã/phường', synonyms: ['Xã, phường', 'Phường/xã', 'Xã'], width: 22 }),
    districtName: orNull(textColumn({ label: 'Quận/huyện', synonyms: ['Quận, huyện', 'Huyện'], width: 18 })),
    areasSince: orNull(dateColumn({ label: 'Địa bàn mới kể từ ngày', synonyms: ['Địa bàn kể từ ngày', 'Kể từ ngày'], width: 16 })),
    address: textColumn({ label: 'Địa chỉ', width: 36 }),
    taxCode: shapedColumn({ label: 'Mã số thuế', synonyms: ['MST'], width: 16 }, 'tax-code-shape', /^\d{10}(-\d{3})?$/, 'Mã số thuế phải gồm 10 chữ số (đơn vị phụ thuộc thêm "-" và 3 chữ số).'),
    phone: orNull(phoneColumn({ label: 'Điện thoại', synonyms: ['Số điện thoại', 'SĐT'], width: 16 })),
    email: orNull(emailColumn({ label: 'Thư điện tử', synonyms: ['E-mail', 'Email'], width: 30 })),
    exempt: orNull(choiceColumn({ label: 'Dùng học bạ giấy', synonyms: ['Miễn', 'Học bạ giấy'], width: 12 }, { yes: 'Có', no: 'Không' }, [['x', 'yes'], ['1', 'yes'], ['0', 'no']])),
    exemptReason: orNull(textColumn({ label: 'Lý do dùng học bạ giấy', synonyms: ['Lý do miễn', 'Lí do dùng học bạ giấy', 'Lý do'], width: 28 })),
    roadmapDate: orNull(dateColumn({ label: 'Hạn chuyển sang học bạ số', synonyms: ['Hạn lộ trình', 'Lộ trình đến ngày'], width: 16 })),
    sealAccount: orNull(textColumn({ label: 'Tài khoản ký số của trường', synonyms: ['Tài khoản ký số phát hành', 'Tài khoản con dấu'], width: 22 })),
    sealFingerprint: fingerprint('Dấu vân tay chứng thư số của trường'),
  },
};

const ROLE_WORDS = new Words<StaffRole>([
  ...(Object.entries(STAFF_ROLES) as [StaffRole, string][]).map(([role, name]) => [role, [name]] as const),
  ['homeroom', ['GVCN']], ['deputy', ['Hiệu phó', 'Phó HT', 'PHT']], ['principal', ['HT']], ['official', ['Lãnh đạo']],
  ['office', ['Cán bộ Phòng', 'Cán bộ xã', 'Cán bộ phường']],
]);

const classList = (label: string, synonyms: readonly string[]) =>
  listColumn({ label, synonyms, width: 16 }, /[;,\n]/, (text) => fine(text.replace(/^lớp /i, '')), (name) => name);

const noList = <T>(column: ReturnType<typeof listColumn<T>>) => ({ ...column, blank: { value: [] as T[] } });

export const STAFF: TableSpec<StaffRow> = {
  sheetName: 'Nhân sự',
  title: 'DANH SÁCH NHÂN SỰ',
  columns: {
    fullName: textColumn({ label: 'Họ và tên', synonyms: ['Họ tên'], width: 28 }),
    personalNumber: personalNumberColumn({ label: 'Số định danh cá nhân', synonyms: ['Số CCCD', 'Số định danh', 'CCCD', 'Số căn cước'], width: 18 }),
    email: emailColumn({ label: 'Thư điện tử', synonyms: ['E-mail', 'Email'], width: 32 }),
    phone: orNull(phoneColumn({ label: 'Điện thoại', synonyms: ['Số điện thoại', 'SĐT'], width: 16 })),
    roles: listColumn({ label: 'Vai trò', synonyms: ['Chức vụ', 'Nhiệm vụ'], width: 28 }, /[;,\n+]/, (text) => {
      const role = ROLE_WORDS.find(text);
      return role === undefined ? bad('role-unknown', `Vai trò "${text.slice(0, 40)}" không có; chỉ nhận: ${Object.values(STAFF_ROLES).join('; ')}.`) : fine(role);
    }, (role) => STAFF_ROLES[role]),
    unitCode: orNull(codeColumn({ label: 'Mã trường hoặc mã đơn vị', synonyms: ['Mã trường', 'Mã đơn vị', 'Mã trường/đơn vị', 'Đơn vị'], width: 16 })),
    classNames: noList(classList('Lớp chủ nhiệm', ['Chủ nhiệm lớp', 'Lớp'])),
    signingAccount: orNull(textColumn({ label: 'Tài khoản ký số', synonyms: ['Tài khoản dịch vụ ký số'], width: 22 })),
    certificateFingerprint: fingerprint('Dấu vân tay chứng thư số'),
  },
};

export const AUTHORITIES: TableSpec<AuthorityRow> = {
  sheetName: 'Giao ký thay',
  title: 'DANH SÁCH GIAO KÝ THAY HIỆU TRƯỞNG',
  columns: {
    schoolCode: codeColumn({ label: 'Mã trường', width: 14 }),
    personalNumber: personalNumberColumn({ label: 'Số định danh người được giao', synonyms: ['Số định danh cá nhân', 'Số CCCD', 'Số định danh'], width: 20 }),
    basis: choiceColumn({ label: 'Căn cứ', synonyms: ['Hình thức'], width: 28 }, AUTHORITY_BASES, [['KT.', 'deputy_assignment'], ['Giao ký thay', 'deputy_assignment'], ['Phụ trách', 'deputy_in_charge']]),
    instrumentNumber: textColumn({ label: 'Số văn bản', synonyms: ['Số quyết định'], width: 18 }),
    instrumentDate: dateColumn({ label: 'Ngày văn bản', synonyms: ['Ngày ban hành'], width: 14 }),
    signedBy: textColumn({ label: 'Người ký văn bản', synonyms: ['Người ký'], width: 26 }),
    from: dateColumn({ label: 'Từ ngày', width: 13 }),
    through: dateColumn({ label: 'Đến hết ngày', synonyms: ['Đến ngày'], width: 13 }),
    classNames: orNull(classList('Các lớp (trống: tất cả)', ['Các lớp', 'Lớp', 'Phạm vi lớp'])),
  },
};

export const EXCEPTIONS: TableSpec<ExceptionRow> = {
  sheetName: 'Ngoại lệ',
  title: 'NGOẠI LỆ CỦA SỞ GD&ĐT: MỘT NGƯỜI VỪA CHỦ NHIỆM VỪA KÝ DUYỆT',
  columns: {
    schoolCode: codeColumn({ label: 'Mã trường', width: 14 }),
    personalNumber: personalNumberColumn({ label: 'Số định danh cá nhân', synonyms: ['Số CCCD', 'Số định danh'], width: 20 }),
    decisionNumber: textColumn({ label: 'Số văn bản của Sở', synonyms: ['Số văn bản', 'Số quyết định'], width: 20 }),
    decisionDate: dateColumn({ label: 'Ngày văn bản', synonyms: ['Ngày ban hành'], width: 14 }),
    from: dateColumn({ label: 'Từ ngày', width: 13 }),
    through: dateColumn({ label: 'Đến hết ngày', synonyms: ['Đến ngày'], width: 13 }),
  },
};
