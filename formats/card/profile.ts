import type { PlainDate } from '../../domain/brand.js';
import type { ProfileCode, SignatureRole } from '../../domain/card.js';

/** Whose block stands in a card: v1.1 also lets the subject teachers (GVBM) sign, which our own schools do not do yet. */
export type BlockRole = SignatureRole | 'subjectTeacher';
/** In the order of signing. */
export const BLOCK_ROLES = ['subjectTeacher', 'teacher', 'principal', 'seal'] as const satisfies readonly BlockRole[];

/** What a role signs: all of DU_LIEU_HOC_BA, the element in it that holds the blocks, or one subject's result. */
export type Region = 'data' | 'content' | 'result';

export type RoleRule = {
  /** Whether a card without it is unfinished (spec §2). */
  mandatory: boolean;
  region: Region;
};

/** What stays open in the Ministry's texts or differs between layouts; code asks here and never compares versions (spec §2). */
export type Profile = {
  code: ProfileCode;
  /** PHIEN_BAN. */
  version: string;
  /** THONG_TU. */
  circular: string;
  /** MA_CAP_HOC. */
  level: string;
  /** How we spell the id attribute of the Ministry's elements; on reading each spelling counts. */
  idAttribute: 'id' | 'Id';
  /** The id of DU_LIEU_HOC_BA when we write. */
  dataId: (cardId: string) => string;
  /** The element between DU_LIEU_HOC_BA and the blocks, where the layout has one. */
  content: { tag: string; id: string } | null;
  /** The element inside MON_HOC that holds its result, where the layout has one. */
  result: { tag: string; id: (subject: string, cardId: string) => string } | null;
  /** Where the role blocks stand, beside the data, in this order. */
  holders: readonly { tag: string; roles: readonly BlockRole[] }[];
  /** null: the layout has no such role. */
  roles: Readonly<Record<BlockRole, RoleRule | null>>;
  /**
   * TEN_QUAN_HUYEN is mandatory but districts ended: what is written for a card made from that day on whose school has none. A word,
   * since a peer may take an empty tag for a missing one; earlier a missing name is a fault.
   */
  noDistrict: { text: string; from: PlainDate };
};

export const ROLE_TAGS = { subjectTeacher: 'GVBM', teacher: 'GVCN', principal: 'CBQL', seal: 'KY_PHAT_HANH' } as const satisfies Record<BlockRole, string>;
/** The subject teachers' blocks stand in a list of their own, the only role with more than one. */
export const SUBJECT_TEACHER_LIST = 'DANH_SACH_GVBM';

const SHARED = {
  circular: '27/2020/TT-BGDĐT',
  level: '1',
  noDistrict: { text: 'Không', from: '2025-07-01' as PlainDate },
} as const;

const V1_0: Profile = {
  ...SHARED,
  code: 'v1.0',
  version: '1.0',
  idAttribute: 'id',
  dataId: (cardId) => `data-${cardId}`,
  content: null,
  result: null,
  holders: [{ tag: 'DANH_SACH_THONG_TIN_KY', roles: ['teacher', 'principal', 'seal'] }],
  roles: {
    subjectTeacher: null,
    teacher: { mandatory: false, region: 'data' },
    principal: { mandatory: true, region: 'data' },
    seal: { mandatory: true, region: 'data' },
  },
};

/** The newer layout, seen in signing tools in 2026 (spec §2). Its ids are fixed words, so a batch repeats them. */
const V1_1: Profile = {
  ...SHARED,
  code: 'v1.1',
  version: '1.1',
  idAttribute: 'Id',
  dataId: () => 'data',
  content: { tag: 'THONG_TIN_HOC_BA', id: 'thongtinhocba' },
  result: { tag: 'DIEM_TONG_KET', id: (subject, cardId) => `diem-${subject}-${cardId}` },
  holders: [
    { tag: 'DANH_SACH_THONG_TIN_KY', roles: ['subjectTeacher', 'teacher'] },
    { tag: 'PHAT_HANH_HOC_BA', roles: ['principal', 'seal'] },
  ],
  roles: {
    subjectTeacher: { mandatory: false, region: 'result' },
    teacher: { mandatory: false, region: 'content' },
    principal: { mandatory: true, region: 'data' },
    seal: { mandatory: true, region: 'data' },
  },
};

const PROFILES = { 'v1.0': V1_0, 'v1.1': V1_1 } as const satisfies Record<ProfileCode, Profile>;

/** The profile a campaign was launched with. */
export const profileOf = (code: ProfileCode): Profile => PROFILES[code];

/** The profile whose PHIEN_BAN this is, null for any other; only for who has no campaign to ask, and only of a signed value. */
export const profileOfVersion = (version: string): Profile | null => Object.values(PROFILES).find((profile) => profile.version === version) ?? null;
