import type { CardLayout } from './cardLayout.js';
import { childOf, childrenOf, type XmlElement } from './xmlTree.js';

/** Why one card is refused; `field` is the Ministry's tag. */
export type Refusal = { error: string; field: string; description: string };

type Rule = { tag: string; mandatory: boolean; form?: RegExp };

const DATE_TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(Z|[+-]\d{2}:\d{2})$/;
const PERSONAL_NUMBER = /^\d{12}$/;
const YES_NO = /^(0|1|true|false)$/;
const COUNT = /^\d+(\.\d{1,4})?$/;
const TRAIT = /^[TĐC]$/;
const UUID_V4 = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/i;

const must = (tag: string, form?: RegExp): Rule => ({ tag, mandatory: true, ...(form === undefined ? {} : { form }) });
const may = (tag: string, form?: RegExp): Rule => ({ tag, mandatory: false, ...(form === undefined ? {} : { form }) });

/** The annex's list at primary level, the same in both versions, kept here a second time so that no mistake is shared with the hub. */
const GENERAL: readonly Rule[] = [
  must('PHIEN_BAN', /^1\.[01]$/), must('THONG_TU'), must('MA_TRA_CUU_UUID', UUID_V4), must('TEN_NAM_HOC', /^\d{4}-\d{4}$/), must('MA_SO_GIAO_DUC'),
  must('TEN_SO_GD'), must('MA_TRUONG'), must('TEN_TRUONG'), must('TEN_QUAN_HUYEN'), must('TEN_XA_PHUONG'), must('TEN_TINH_THANH_PHO'),
  must('MA_CAP_HOC', /^1$/), must('SO_SO_DANG_BO'), must('HO_VA_TEN'), must('SO_CCCD', PERSONAL_NUMBER), must('MA_HOC_SINH'),
  must('GIOI_TINH', /^(Nam|Nữ)$/), must('NGAY_SINH', DATE_TIME), must('CAN_NANG', COUNT), must('CHIEU_CAO', COUNT),
  must('TONG_SO_BUOI_NGHI_CO_PHEP', COUNT), must('THONG_SO_BUOI_NGHI_KHONG_PHEP', COUNT), must('NOI_SINH'), must('QUE_QUAN'),
  must('CHO_O_HIEN_NAY'), must('DAN_TOC'), must('QUOC_TICH'), may('HO_VA_TEN_CHA'), must('HO_VA_TEN_ME'), may('HO_VA_TEN_NGUOI_GIAM_HO'),
  must('TEN_GIAM_HIEU_KY_HOC_BA'), must('SO_CCCD_GIAM_HIEU_KY_HOC_BA', PERSONAL_NUMBER), must('DIA_DANH_PHAT_HANH_HOC_BA'),
  must('NGAY_TAO_HOC_BA', DATE_TIME), must('NGAY_KY_PHAT_HANH_HOC_BA', DATE_TIME), must('CHUC_VU_GIAM_HIEU_KY_HOC_BA'),
  may('TEN_GIAO_VIEN_CHU_NHIEM'), may('SO_CCCD_GIAO_VIEN_CHU_NHIEM', PERSONAL_NUMBER), must('MA_KHOI', /^[1-5]$/), must('TEN_LOP'), must('NAM_HOC'),
];
const HISTORY: readonly Rule[] = [may('NAM_HOC'), must('TEN_LOP'), must('TEN_TRUONG'), must('NGAY_TRANG_THAI_CHUYEN_DEN', DATE_TIME)];
const SUBJECT_NAME: readonly Rule[] = [must('MA_MON_HOC'), must('TEN_MON_HOC')];
const SUBJECT_RESULT: readonly Rule[] = [must('MUC_DAT_DUOC', /^[THC]$/), may('DIEM_KIEM_TRA_DINH_KY', /^(10|\d)$/)];
const TRAITS: readonly Rule[] = [
  ...['TU_CHU_TU_HOC', 'GIAO_TIEP_HOC_TAC', 'GIAI_QUYET_VAN_DE_SANG_TAO', 'NGON_NGU', 'TINH_TOAN', 'KHOA_HOC'].map((name) => must(`NANG_LUC_${name}`, TRAIT)),
  may('NANG_LUC_CONG_NGHE', TRAIT), may('NANG_LUC_TIN_HOC', TRAIT), must('NANG_LUC_THAM_MI', TRAIT), must('NANG_LUC_THE_CHAT', TRAIT),
  ...['YEU_NUOC', 'NHAN_AI', 'CHAM_CHI', 'TRUNG_THUC', 'TRACH_NHIEM'].map((name) => must(`PHAM_CHAT_${name}`, TRAIT)),
  must('NHAN_XET_PHAM_CHAT'), must('NHAN_XET_NANG_LUC_CHUNG'), must('NHAN_XET_NANG_LUC_DAC_THU'),
];
const SUMMARY: readonly Rule[] = [
  must('KET_QUA_XEP_LOAI', /^(HTXS|HTT|HT|CHT)$/), must('DUOC_LEN_LOP', YES_NO), may('NOI_DUNG_HOAN_THANH_CHUONG_TRINH'),
  must('DA_HOAN_THANH_CHUONG_TRINH_LOP_HOC', YES_NO), may('DA_HOAN_THANH_CHUONG_TRINH_TIEU_HOC', YES_NO),
  may('NOI_DUNG_KHEN_THUONG'), may('NOI_DUNG_KHEN_THUONG_DOT_XUAT'), must('NHAN_XET_GVCN'),
];

/** The first thing wrong with the data of a card, or null. Signatures are judged elsewhere. */
export function dataRefusal({ version, content: data, general }: CardLayout): Refusal | null {
  const scores = childOf(data, 'BANG_DIEM');
  const subjects = scores === undefined ? [] : childrenOf(scores, 'MON_HOC');
  const blocks: [string, readonly Rule[], readonly XmlElement[]][] = [
    ['THONG_TIN_CHUNG', GENERAL, childrenOf(data, 'THONG_TIN_CHUNG')],
    ['QUA_TRINH_HOC_TAP', HISTORY, childrenOf(data, 'QUA_TRINH_HOC_TAP')],
    ['MON_HOC', SUBJECT_NAME, subjects],
    ['MUC_DAT_DUOC', SUBJECT_RESULT, version === '1.0' ? subjects : subjects.flatMap((subject) => childrenOf(subject, 'DIEM_TONG_KET'))],
    ['DANH_GIA_NANG_LUC_PHAM_CHAT', TRAITS, childrenOf(data, 'DANH_GIA_NANG_LUC_PHAM_CHAT')],
    ['TONG_KET', SUMMARY, childrenOf(data, 'TONG_KET')],
  ];
  for (const [name, rules, elements] of blocks) {
    const many = name === 'QUA_TRINH_HOC_TAP' || name === 'MON_HOC' || name === 'MUC_DAT_DUOC';
    if (elements.length === 0 || (!many && elements.length > 1)) return { error: 'THIEU_TRUONG', field: name, description: `Khối ${name} phải có${many ? '' : ' đúng một lần'}.` };
    for (const element of elements) {
      const refusal = blockRefusal(rules, element);
      if (refusal !== null) return refusal;
    }
  }
  return personalNumberRefusal(general);
}

function blockRefusal(rules: readonly Rule[], element: XmlElement): Refusal | null {
  for (const { tag, mandatory, form } of rules) {
    const found = childrenOf(element, tag);
    if (found.length > 1) return { error: 'SAI_DINH_DANG', field: tag, description: `Trường ${tag} lặp lại.` };
    const value = found[0]?.text.trim() ?? '';
    if (value === '') {
      if (mandatory) return { error: 'THIEU_TRUONG', field: tag, description: `Thiếu trường bắt buộc ${tag}.` };
      continue;
    }
    if (value !== value.normalize('NFC')) return { error: 'SAI_DINH_DANG', field: tag, description: `Trường ${tag} không dùng tiếng Việt dựng sẵn.` };
    if (form !== undefined && !form.test(value)) return { error: 'SAI_GIA_TRI', field: tag, description: `Giá trị của ${tag} không đúng quy định.` };
  }
  return null;
}

/** Sex and birth year are what a personal number can be checked against: it has no check digit. */
function personalNumberRefusal(general: XmlElement): Refusal | null {
  const value = (tag: string): string => childOf(general, tag)?.text.trim() ?? '';
  const number = value('SO_CCCD');
  const marker = Number(number.charAt(3));
  // The card's day of birth is local midnight, which in UTC is the day before.
  const born = new Date(Date.parse(value('NGAY_SINH')) + 7 * 3_600_000).getUTCFullYear();
  const agrees = marker <= 3 && (marker % 2 === 0) === (value('GIOI_TINH') === 'Nam') && (marker >= 2 ? 2000 : 1900) + Number(number.slice(4, 6)) === born;
  return agrees ? null : { error: 'SAI_SO_CCCD', field: 'SO_CCCD', description: 'Số định danh cá nhân không khớp giới tính hoặc năm sinh.' };
}
