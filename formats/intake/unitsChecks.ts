import { ROLE_SCOPE } from '../../domain/roles.js';
import type { CellFault } from '../workbook/fault.js';
import type { TableRow } from '../workbook/table.js';
import { sameName } from '../workbook/text.js';
import { STAFF_ROLES, type AuthorityRow, type ExceptionRow, type OfficeRow, type StaffRow } from './units.js';
import type { SchoolCells } from './unitsSheets.js';

export type UnitsRows = {
  offices: readonly TableRow<OfficeRow>[];
  schools: readonly TableRow<SchoolCells>[];
  staff: readonly TableRow<StaffRow>[];
  authorities: readonly TableRow<AuthorityRow>[];
  exceptions: readonly TableRow<ExceptionRow>[];
};

/** What no single cell can tell: repeated codes and references between the sheets. */
export function checkUnits(rows: UnitsRows): CellFault[] {
  return [
    ...repeated(rows.offices, 'code', 'Mã đơn vị'),
    ...repeated(rows.schools, 'code', 'Mã trường'),
    ...repeated(rows.schools, 'taxCode', 'Mã số thuế'),
    ...schoolFaults(rows),
    ...staffFaults(rows),
    ...homeroomFaults(rows.staff),
    ...headFaults(rows.staff),
    ...grantFaults(rows, rows.authorities, ['deputy', 'principal']),
    ...grantFaults(rows, rows.exceptions, ['principal', 'deputy']),
  ];
}

function repeated<R>(rows: readonly TableRow<R>[], column: keyof R & string, label: string): CellFault[] {
  const first = new Map<unknown, number>();
  return rows.flatMap((row) => {
    const value = row.data[column];
    const at = first.get(value);
    const here = row.fault(column, 'duplicate', '').row;
    if (at === undefined) first.set(value, here);
    return at === undefined ? [] : [row.fault(column, 'duplicate', `${label} này đã có ở dòng ${at}.`)];
  });
}

function schoolFaults({ offices, schools }: UnitsRows): CellFault[] {
  const codes = new Set(offices.map((row) => row.data.code));
  return schools.filter((row) => !codes.has(row.data.officeCode))
    .map((row) => row.fault('officeCode', 'reference', `Mã đơn vị ${row.data.officeCode} không có ở trang "Đơn vị".`));
}

function staffFaults({ offices, schools, staff }: UnitsRows): CellFault[] {
  const units = { office: new Set(offices.map((row) => row.data.code)), school: new Set(schools.map((row) => row.data.code)) };
  const people = new Map<string, { fullName: string; units: Map<string | null, number> }>();
  const emails = new Map<string, string>();
  const accounts = new Map<string, string>();
  return staff.flatMap((row) => {
    const { data } = row;
    const faults: CellFault[] = [];
    const scopes = new Set(data.roles.map((role) => ROLE_SCOPE[role]));
    if (scopes.size > 1) faults.push(row.fault('roles', 'role-mix', 'Một dòng chỉ ghi các vai trò ở cùng một nơi (Sở, phòng/xã hoặc trường); hãy tách thành nhiều dòng.'));
    const [scope] = scopes;
    if (scope === 'province' && data.unitCode !== null) faults.push(row.fault('unitCode', 'unit-not-allowed', `Vai trò ${STAFF_ROLES[data.roles[0] as keyof typeof STAFF_ROLES]} thuộc Sở: hãy để trống mã trường, mã đơn vị.`));
    if (scope === 'school' || scope === 'office') {
      const where = scope === 'school' ? 'Trường' : 'Đơn vị';
      if (data.unitCode === null) faults.push(row.fault('unitCode', 'value-missing', `Vai trò này cần mã ở trang "${where}".`));
      else if (!units[scope].has(data.unitCode)) faults.push(row.fault('unitCode', 'reference', `Mã ${data.unitCode} không có ở trang "${where}".`));
    }
    const homeroom = data.roles.includes('homeroom');
    if (homeroom && data.classNames.length === 0) faults.push(row.fault('classNames', 'value-missing', 'Giáo viên chủ nhiệm phải ghi lớp chủ nhiệm.'));
    if (!homeroom && data.classNames.length > 0) faults.push(row.fault('classNames', 'class-not-allowed', 'Có lớp chủ nhiệm nhưng vai trò không có "Giáo viên chủ nhiệm".'));

    const before = people.get(data.personalNumber);
    const here = row.fault('personalNumber', '', '').row;
    if (before === undefined) people.set(data.personalNumber, { fullName: data.fullName, units: new Map([[data.unitCode, here]]) });
    else {
      const twice = before.units.get(data.unitCode);
      if (twice !== undefined) faults.push(row.fault('personalNumber', 'duplicate', `Người này đã có ở dòng ${twice} cùng đơn vị; hãy gộp vai trò vào một dòng.`));
      else before.units.set(data.unitCode, here);
      if (!sameName(before.fullName, data.fullName)) faults.push(row.fault('fullName', 'name-differs', 'Cùng số định danh nhưng một dòng phía trên ghi họ tên khác.'));
    }
    const owner = emails.get(data.email);
    if (owner !== undefined && owner !== data.personalNumber) faults.push(row.fault('email', 'duplicate', 'Địa chỉ thư này đã được dùng cho người khác; mỗi người cần một địa chỉ riêng.'));
    emails.set(data.email, data.personalNumber);
    if (data.signingAccount !== null) {
      const holder = accounts.get(data.signingAccount);
      if (holder !== undefined && holder !== data.personalNumber) faults.push(row.fault('signingAccount', 'duplicate', 'Tài khoản ký số này đã ghi cho người khác; mỗi người ký bằng tài khoản riêng của mình.'));
      accounts.set(data.signingAccount, data.personalNumber);
    }
    return faults;
  });
}

/** One homeroom teacher per class, since only one may say that a class is right. */
function homeroomFaults(staff: readonly TableRow<StaffRow>[]): CellFault[] {
  const taken = new Map<string, number>();
  return staff.flatMap((row) => row.data.classNames.flatMap((name) => {
    const key = `${row.data.unitCode ?? ''}|${name.toUpperCase()}`;
    const at = taken.get(key);
    if (at === undefined) taken.set(key, row.fault('classNames', '', '').row);
    return at === undefined ? [] : [row.fault('classNames', 'duplicate', `Lớp ${name} đã có giáo viên chủ nhiệm ở dòng ${at}.`)];
  }));
}

/** One head per school: two would both be named as the one who approves. */
function headFaults(staff: readonly TableRow<StaffRow>[]): CellFault[] {
  const taken = new Map<string, number>();
  return staff.filter((row) => row.data.roles.includes('principal')).flatMap((row) => {
    const school = row.data.unitCode ?? '';
    const at = taken.get(school);
    if (at === undefined) taken.set(school, row.fault('roles', '', '').row);
    return at === undefined ? [] : [row.fault('roles', 'duplicate', `Trường ${school} đã có hiệu trưởng ở dòng ${at}; mỗi trường chỉ có một hiệu trưởng.`)];
  });
}

type Grant = { schoolCode: string; personalNumber: string; from: string; through: string };

/** Authorities and exceptions name a school, one of its heads, and a window that is not upside down. */
function grantFaults<R extends Grant>({ schools, staff }: UnitsRows, rows: readonly TableRow<R>[], roles: readonly string[]): CellFault[] {
  const codes = new Set(schools.map((row) => row.data.code));
  return rows.flatMap((row) => {
    const { schoolCode, personalNumber, from, through } = row.data;
    const faults: CellFault[] = [];
    const at = (column: keyof Grant, rule: string, message: string) => faults.push(row.fault(column as keyof R & string, rule, message));
    if (!codes.has(schoolCode)) at('schoolCode', 'reference', `Mã trường ${schoolCode} không có ở trang "Trường".`);
    else {
      const person = staff.find((one) => one.data.personalNumber === personalNumber && one.data.unitCode === schoolCode);
      if (person === undefined) at('personalNumber', 'reference', 'Người này không có ở trang "Nhân sự" của trường.');
      else if (!person.data.roles.some((role) => roles.includes(role))) at('personalNumber', 'role-unfit', 'Người này không phải hiệu trưởng hay phó hiệu trưởng của trường.');
    }
    if (through < from) at('through', 'window', 'Ngày kết thúc đứng trước ngày bắt đầu.');
    return faults;
  });
}
