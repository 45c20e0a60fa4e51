import type { CompetenceCode, QualityCode } from '../../domain/record.js';

/**
 * The Ministry's tags to the letter (annex 1 to công văn 2088/BGDĐT-GDTH, restated in spec §2), their order when we write and which
 * are mandatory; v1.1 has the same fields. How they are laid out is the profile's.
 */
export type FieldRule = {
  tag: string;
  /** How a clerk calls it. */
  label: string;
  mandatory: boolean;
};

const X = (tag: string, label: string): FieldRule => ({ tag, label, mandatory: true });
const O = (tag: string, label: string): FieldRule => ({ tag, label, mandatory: false });

export const GENERAL_FIELDS = [
  X('PHIEN_BAN', 'phiên bản'), X('THONG_TU', 'thông tư'), X('MA_TRA_CUU_UUID', 'mã tra cứu'), X('TEN_NAM_HOC', 'năm học'),
  X('MA_SO_GIAO_DUC', 'mã Sở GD&ĐT'), X('TEN_SO_GD', 'tên Sở GD&ĐT'), X('MA_TRUONG', 'mã trường'), X('TEN_TRUONG', 'tên trường'),
  X('TEN_QUAN_HUYEN', 'quận, huyện'), X('TEN_XA_PHUONG', 'xã, phường'), X('TEN_TINH_THANH_PHO', 'tỉnh, thành phố'),
  X('MA_CAP_HOC', 'cấp học'), X('SO_SO_DANG_BO', 'số sổ đăng bộ'), X('HO_VA_TEN', 'họ và tên học sinh'),
  X('SO_CCCD', 'số định danh cá nhân'), X('MA_HOC_SINH', 'mã học sinh'), X('GIOI_TINH', 'giới tính'), X('NGAY_SINH', 'ngày sinh'),
  X('CAN_NANG', 'cân nặng'), X('CHIEU_CAO', 'chiều cao'), X('TONG_SO_BUOI_NGHI_CO_PHEP', 'số buổi nghỉ có phép'),
  X('THONG_SO_BUOI_NGHI_KHONG_PHEP', 'số buổi nghỉ không phép'), X('NOI_SINH', 'nơi sinh'), X('QUE_QUAN', 'quê quán'),
  X('CHO_O_HIEN_NAY', 'chỗ ở hiện nay'), X('DAN_TOC', 'dân tộc'), X('QUOC_TICH', 'quốc tịch'), O('HO_VA_TEN_CHA', 'họ và tên cha'),
  X('HO_VA_TEN_ME', 'họ và tên mẹ'), O('HO_VA_TEN_NGUOI_GIAM_HO', 'họ và tên người giám hộ'),
  X('TEN_GIAM_HIEU_KY_HOC_BA', 'họ và tên người ký duyệt'), X('SO_CCCD_GIAM_HIEU_KY_HOC_BA', 'số định danh người ký duyệt'),
  X('DIA_DANH_PHAT_HANH_HOC_BA', 'địa danh phát hành'), X('NGAY_TAO_HOC_BA', 'ngày tạo học bạ'),
  X('NGAY_KY_PHAT_HANH_HOC_BA', 'ngày ký phát hành'), X('CHUC_VU_GIAM_HIEU_KY_HOC_BA', 'chức vụ người ký duyệt'),
  O('TEN_GIAO_VIEN_CHU_NHIEM', 'họ và tên GVCN'), O('SO_CCCD_GIAO_VIEN_CHU_NHIEM', 'số định danh GVCN'), X('MA_KHOI', 'khối'),
  X('TEN_LOP', 'tên lớp'), X('NAM_HOC', 'mã năm học'),
] as const satisfies readonly FieldRule[];

export const HISTORY_FIELDS = [
  O('NAM_HOC', 'năm học'), X('TEN_LOP', 'tên lớp'), X('TEN_TRUONG', 'tên trường'), X('NGAY_TRANG_THAI_CHUYEN_DEN', 'ngày chuyển đến'),
] as const satisfies readonly FieldRule[];

/** Which subject an entry is of, and how it ended; v1.1 keeps the second part in an element of its own. */
export const SUBJECT_NAME_FIELDS = [X('MA_MON_HOC', 'mã môn học'), X('TEN_MON_HOC', 'tên môn học')] as const satisfies readonly FieldRule[];
export const SUBJECT_RESULT_FIELDS = [
  X('MUC_DAT_DUOC', 'mức đạt được'), O('DIEM_KIEM_TRA_DINH_KY', 'điểm kiểm tra định kì'),
] as const satisfies readonly FieldRule[];
export const SUBJECT_FIELDS = [...SUBJECT_NAME_FIELDS, ...SUBJECT_RESULT_FIELDS] as const;

export const COMPETENCE_TAGS = {
  selfStudy: 'NANG_LUC_TU_CHU_TU_HOC', communication: 'NANG_LUC_GIAO_TIEP_HOC_TAC', problemSolving: 'NANG_LUC_GIAI_QUYET_VAN_DE_SANG_TAO',
  language: 'NANG_LUC_NGON_NGU', calculation: 'NANG_LUC_TINH_TOAN', science: 'NANG_LUC_KHOA_HOC', technology: 'NANG_LUC_CONG_NGHE',
  informatics: 'NANG_LUC_TIN_HOC', aesthetics: 'NANG_LUC_THAM_MI', physical: 'NANG_LUC_THE_CHAT',
} as const satisfies Record<CompetenceCode, string>;

export const QUALITY_TAGS = {
  patriotism: 'PHAM_CHAT_YEU_NUOC', kindness: 'PHAM_CHAT_NHAN_AI', diligence: 'PHAM_CHAT_CHAM_CHI', honesty: 'PHAM_CHAT_TRUNG_THUC',
  responsibility: 'PHAM_CHAT_TRACH_NHIEM',
} as const satisfies Record<QualityCode, string>;

export const TRAIT_FIELDS = [
  X('NANG_LUC_TU_CHU_TU_HOC', 'tự chủ và tự học'), X('NANG_LUC_GIAO_TIEP_HOC_TAC', 'giao tiếp và hợp tác'),
  X('NANG_LUC_GIAI_QUYET_VAN_DE_SANG_TAO', 'giải quyết vấn đề và sáng tạo'), X('NANG_LUC_NGON_NGU', 'năng lực ngôn ngữ'),
  X('NANG_LUC_TINH_TOAN', 'năng lực tính toán'), X('NANG_LUC_KHOA_HOC', 'năng lực khoa học'), O('NANG_LUC_CONG_NGHE', 'năng lực công nghệ'),
  O('NANG_LUC_TIN_HOC', 'năng lực tin học'), X('NANG_LUC_THAM_MI', 'năng lực thẩm mĩ'), X('NANG_LUC_THE_CHAT', 'năng lực thể chất'),
  X('PHAM_CHAT_YEU_NUOC', 'yêu nước'), X('PHAM_CHAT_NHAN_AI', 'nhân ái'), X('PHAM_CHAT_CHAM_CHI', 'chăm chỉ'),
  X('PHAM_CHAT_TRUNG_THUC', 'trung thực'), X('PHAM_CHAT_TRACH_NHIEM', 'trách nhiệm'), X('NHAN_XET_PHAM_CHAT', 'nhận xét phẩm chất'),
  X('NHAN_XET_NANG_LUC_CHUNG', 'nhận xét năng lực chung'), X('NHAN_XET_NANG_LUC_DAC_THU', 'nhận xét năng lực đặc thù'),
] as const satisfies readonly FieldRule[];

export const SUMMARY_FIELDS = [
  X('KET_QUA_XEP_LOAI', 'kết quả xếp loại'), X('DUOC_LEN_LOP', 'được lên lớp'),
  // Optional, and nothing but a sentence made of the two flags below: we leave it out.
  O('NOI_DUNG_HOAN_THANH_CHUONG_TRINH', 'nội dung hoàn thành chương trình'),
  X('DA_HOAN_THANH_CHUONG_TRINH_LOP_HOC', 'hoàn thành chương trình lớp học'),
  O('DA_HOAN_THANH_CHUONG_TRINH_TIEU_HOC', 'hoàn thành chương trình tiểu học'), O('NOI_DUNG_KHEN_THUONG', 'khen thưởng'),
  O('NOI_DUNG_KHEN_THUONG_DOT_XUAT', 'khen thưởng đột xuất'), X('NHAN_XET_GVCN', 'nhận xét của GVCN'),
] as const satisfies readonly FieldRule[];

export type GeneralTag = (typeof GENERAL_FIELDS)[number]['tag'];
export type HistoryTag = (typeof HISTORY_FIELDS)[number]['tag'];
export type SubjectTag = (typeof SUBJECT_FIELDS)[number]['tag'];
export type TraitTag = (typeof TRAIT_FIELDS)[number]['tag'];
export type SummaryTag = (typeof SUMMARY_FIELDS)[number]['tag'];
