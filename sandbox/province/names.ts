import type { Sex } from '../../domain/record.js';
import type { Random } from './random.js';

export type Ethnicity = 'Kinh' | 'Khmer' | 'Hmông' | 'Thái';

type NameParts = { family: readonly string[]; middle: Record<Sex, readonly string[]>; given: Record<Sex, readonly string[]> };

/** Parts that are common among each people; a full name is drawn, so it is nobody's in particular. */
const NAME_PARTS: Record<Ethnicity, NameParts> = {
  Kinh: {
    family: ['Nguyễn', 'Trần', 'Lê', 'Phạm', 'Hoàng', 'Huỳnh', 'Phan', 'Vũ', 'Võ', 'Đặng', 'Bùi', 'Đỗ', 'Hồ', 'Ngô', 'Dương', 'Lý'],
    middle: {
      male: ['Văn', 'Minh', 'Đức', 'Gia', 'Quốc', 'Hữu', 'Anh', 'Tuấn', 'Bảo', 'Hoàng'],
      female: ['Thị', 'Ngọc', 'Thu', 'Khánh', 'Bảo', 'Thanh', 'Phương', 'Minh', 'Hà', 'Quỳnh'],
    },
    given: {
      male: ['An', 'Bình', 'Cường', 'Dũng', 'Đạt', 'Hải', 'Hiếu', 'Huy', 'Khang', 'Khôi', 'Long', 'Nam', 'Nghĩa', 'Phúc', 'Quân', 'Sơn', 'Thịnh', 'Trí', 'Việt', 'Vinh'],
      female: ['An', 'Chi', 'Diệp', 'Giang', 'Hà', 'Hân', 'Hoa', 'Hương', 'Lan', 'Linh', 'Ly', 'Mai', 'My', 'Nga', 'Nhi', 'Như', 'Oanh', 'Thảo', 'Trang', 'Vy'],
    },
  },
  Khmer: {
    family: ['Thạch', 'Sơn', 'Kim', 'Danh', 'Lâm', 'Châu', 'Kiên', 'Tăng'],
    middle: { male: ['Sô', 'Chanh', 'Đa', 'Sa', 'Rích', 'Vi'], female: ['Thị', 'Sô', 'Chanh', 'Sa', 'Srây', 'Ma'] },
    given: {
      male: ['Ra', 'Đa', 'Rây', 'Thi', 'Na', 'Thươl', 'Vuông', 'Khươl', 'Pho', 'Tha'],
      female: ['Phia', 'Ny', 'Rum', 'Phương', 'Lin', 'Nây', 'Rết', 'Pha', 'Mum', 'Quy'],
    },
  },
  Hmông: {
    family: ['Giàng', 'Vừ', 'Sùng', 'Thào', 'Mùa', 'Hạng', 'Lý', 'Vàng', 'Cứ', 'Lầu'],
    middle: { male: ['A'], female: ['Thị'] },
    given: {
      male: ['Páo', 'Chứ', 'Dơ', 'Sính', 'Tủa', 'Lử', 'Chống', 'Dế', 'Pó', 'Vàng'],
      female: ['Mỷ', 'Dợ', 'Súa', 'Chía', 'Pàng', 'Sua', 'Máy', 'Xía', 'Dí', 'Mo'],
    },
  },
  Thái: {
    family: ['Lò', 'Cà', 'Quàng', 'Tòng', 'Vì', 'Điêu', 'Lường', 'Cầm', 'Bạc', 'Hoàng'],
    middle: { male: ['Văn', 'Quốc', 'Trung'], female: ['Thị', 'Thu', 'Bích'] },
    given: {
      male: ['Ón', 'Pản', 'Hặc', 'Thoan', 'Xuân', 'Phong', 'Inh', 'Thưởng', 'Biên', 'Tưởng'],
      female: ['Hương', 'Pâng', 'Ín', 'Xiên', 'Hặc', 'Lả', 'Ương', 'Dung', 'Pánh', 'Tươi'],
    },
  },
};

/** A full name of that people; `family` is given where a parent's name must agree with the child's. */
export function fullName(random: Random, ethnicity: Ethnicity, sex: Sex, family?: string): string {
  const parts = NAME_PARTS[ethnicity];
  return [family ?? random.pick(parts.family), random.pick(parts.middle[sex]), random.pick(parts.given[sex])].join(' ');
}

/** Countries of the foreign pupils and names as their papers spell them. */
export const FOREIGN_NAMES = {
  Lào: { male: ['Khamphone Phommavong', 'Somsack Keomany'], female: ['Noy Sisavath', 'Vilayvone Inthavong'] },
  Campuchia: { male: ['Sok Dara', 'Chea Vuthy'], female: ['Sok Bopha', 'Keo Sreymom'] },
  'Hàn Quốc': { male: ['Kim Min Jun', 'Park Ji Ho'], female: ['Lee Seo Yeon', 'Choi Ha Eun'] },
} as const satisfies Record<string, Record<Sex, readonly string[]>>;

export type ForeignCountry = keyof typeof FOREIGN_NAMES;
