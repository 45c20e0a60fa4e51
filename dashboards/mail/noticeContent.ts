import { BLOCKED_SENTENCES } from '../../domain/authority.js';
import type { NoticeFacts, NoticeMail } from '../../domain/mail.js';
import { ROLE_NAMES } from '../../domain/roles.js';
import { formatInstant } from '../../domain/vietnameseFormat.js';
import type { MailContent } from './content.js';
import { addressOf, authoritySentence, cardCount, classesInSubject, firstAsked, inSentence, oneLine, openingChangesNothing, placeFacts, TASK_WORDS, toPerson, wrongPerson, type FirstAsked, type FormOfAddress } from './words.js';

type NoticeWords = { title: string; lead: readonly string[]; button: string; because: string; facts?: MailContent['facts']; authority?: string };

const SIGNING = { teacher: 'ký xác nhận', principal: 'ký duyệt', seal: 'ký số phát hành' } as const;
const SIGNING_ENDS = {
  'signing-expired': { title: 'Yêu cầu ký đã hết hạn', sentence: 'đã hết hạn mà chưa được xác nhận trên điện thoại' },
  'signing-declined': { title: 'Yêu cầu ký bị từ chối', sentence: 'đã bị từ chối trên điện thoại' },
  'signing-failed': { title: 'Yêu cầu ký không thành', sentence: 'không thành; lí do được ghi ở trang công việc' },
} as const;

const CERTIFICATES = {
  person: {
    title: 'Chứng thư số sắp hết hạn', what: 'Chứng thư số cá nhân của Thầy/Cô', effect: 'Thầy/Cô không ký được học bạ', because: 'Thầy/Cô ký học bạ bằng chứng thư này',
    mend: 'Mời Thầy/Cô gia hạn với nhà cung cấp chữ ký số rồi báo Sở GD&ĐT cập nhật danh mục.',
  },
  seal: {
    title: 'Chứng thư số của trường sắp hết hạn', what: 'Chứng thư số tổ chức của trường', effect: 'trường không ký số phát hành được', because: 'Thầy/Cô là văn thư hoặc hiệu trưởng của trường',
    mend: 'Mời trường gia hạn với nhà cung cấp chữ ký số rồi báo Sở GD&ĐT cập nhật danh mục.',
  },
  packet: {
    title: 'Chứng thư số của Sở sắp hết hạn', what: 'Chứng thư số của Sở để ký gói gửi Kho', effect: 'không gói nào gửi được Kho', because: 'Ông/Bà là quản trị hoặc chuyên viên Sở',
    mend: 'Mời quản trị nạp chứng thư mới ở trang Chứng thư số của Sở; chứng thư mới phải được Kho duyệt trước khi gửi tiếp.',
  },
} as const;

function words(notice: NoticeFacts, cards: string): NoticeWords {
  switch (notice.notice) {
    case 'class-returned': return {
      title: 'Lớp bị trả lại',
      lead: [`${cards} được trả lại ở bước ${notice.fromStage === 'review' ? 'GVCN rà soát' : 'ký duyệt'}. Lí do được ghi ở trang của lớp; mời Thầy/Cô xem và làm lại trước ${formatInstant(notice.dueAt)}.`],
      button: 'Xem lí do và làm lại', because: 'Thầy/Cô là người làm bước trước đó của lớp', facts: [{ label: 'Hạn', value: formatInstant(notice.dueAt) }],
    };
    case 'signing-expired': case 'signing-declined': case 'signing-failed': return {
      title: SIGNING_ENDS[notice.notice].title,
      lead: [`Yêu cầu ${SIGNING[notice.signingRole]} ${cards} ${SIGNING_ENDS[notice.notice].sentence}. Chưa học bạ nào trong số đó được ký; việc đã mở lại.`],
      button: `Xem và ${SIGNING[notice.signingRole]} lại`, because: 'yêu cầu ký đó là của Thầy/Cô',
    };
    case 'no-approver': return {
      title: 'Chưa có người ký duyệt', lead: [`${cards} đang chờ. ${BLOCKED_SENTENCES[notice.code]}`],
      button: 'Giao ký thay', because: 'Thầy/Cô là người có thể giao ký thay hoặc ghi nhận người phụ trách',
    };
    case 'authority-granted': return {
      title: 'Giao ký thay',
      lead: [notice.isHolder ? 'Thầy/Cô được giao ký duyệt học bạ theo văn bản dưới đây.' : `Thầy/Cô ${oneLine(notice.holderName)} được giao ký duyệt học bạ của trường theo văn bản dưới đây.`],
      button: 'Xem việc giao ký', because: because(notice), facts: windowFacts(notice), authority: authoritySentence(notice.authority),
    };
    case 'authority-ended': return {
      title: 'Chấm dứt giao ký thay',
      lead: [
        `Việc giao ký thay cho ${notice.isHolder ? 'Thầy/Cô' : `Thầy/Cô ${oneLine(notice.holderName)}`} theo văn bản dưới đây đã chấm dứt. Những học bạ đã ký hợp lệ vẫn có hiệu lực; `
        + 'lớp đang chờ ký duyệt chuyển sang người có thẩm quyền, hoặc về GVCN ký lại.',
      ],
      button: 'Xem việc giao ký', because: because(notice), facts: windowFacts(notice), authority: authoritySentence(notice.authority),
    };
    case 'role-granted': return {
      title: `Giao vai trò ${ROLE_NAMES[notice.role]}`, lead: [`${youOf(notice)} được giao vai trò ${ROLE_NAMES[notice.role]} trong hệ thống học bạ số.`], button: 'Xem việc của tôi',
      because: `${youOf(notice)} là người được giao`, facts: [{ label: 'Có hiệu lực từ', value: formatInstant(notice.from) }],
    };
    case 'role-ended': return {
      title: `Thôi vai trò ${ROLE_NAMES[notice.role]}`,
      lead: [`Vai trò ${ROLE_NAMES[notice.role]} của ${youOf(notice)} ở nơi ghi dưới đây kết thúc. Việc đang mở được chuyển cho người khác; những học bạ đã ký hợp lệ vẫn có hiệu lực.`],
      button: 'Xem việc của tôi', because: `${youOf(notice)} đang giữ vai trò đó`, facts: [{ label: 'Kết thúc lúc', value: formatInstant(notice.from) }],
    };
    case 'homeroom-ended': return {
      title: 'Thay giáo viên chủ nhiệm', lead: ['Lớp ghi dưới đây đã có giáo viên chủ nhiệm khác. Những học bạ Thầy/Cô đã ký xác nhận vẫn giữ chữ ký đó.'],
      button: 'Xem việc của tôi', because: 'Thầy/Cô là giáo viên chủ nhiệm trước đó của lớp',
    };
    case 'authority-expiring': return {
      title: 'Giao ký thay sắp hết hạn',
      lead: [
        `Việc giao ký thay cho ${notice.isHolder ? 'Thầy/Cô' : `Thầy/Cô ${oneLine(notice.holderName)}`} hết hiệu lực lúc ${notice.validTo === null ? '–' : formatInstant(notice.validTo)}. `
        + `Từ lúc đó lớp chưa ký chuyển sang người có thẩm quyền. ${notice.isHolder ? 'Cần ký tiếp thì hiệu trưởng gia hạn bằng văn bản mới.' : 'Cần giao tiếp thì ghi văn bản mới.'}`,
      ],
      button: 'Xem việc giao ký', because: because(notice), facts: windowFacts(notice), authority: authoritySentence(notice.authority),
    };
    case 'certificate-expiring': return {
      title: CERTIFICATES[notice.whose].title,
      lead: [`${CERTIFICATES[notice.whose].what} hết hạn lúc ${formatInstant(notice.validTo)}. Sau lúc đó ${CERTIFICATES[notice.whose].effect}; chữ ký đã có vẫn có hiệu lực. ${CERTIFICATES[notice.whose].mend}`],
      button: 'Mở Học bạ số', because: CERTIFICATES[notice.whose].because, facts: [{ label: 'Hết hạn', value: formatInstant(notice.validTo) }],
    };
    case 'cards-refused': return {
      title: 'Kho từ chối học bạ', lead: [`Kho học bạ số từ chối ${cards}. Trang của trường ghi lỗi; văn thư gửi lại hoặc lập lại.`],
      button: 'Xem học bạ bị từ chối', because: 'Thầy/Cô là văn thư hoặc hiệu trưởng của trường có học bạ bị từ chối',
    };
    case 'packet-parked': return {
      title: 'Gói gửi Kho đang dừng',
      lead: [`Gói gồm ${cards} chưa gửi được: Kho không nhận cả gói, hoặc không trả lời sau nhiều lần thử. Hệ thống tự thử lại; việc này không tính là trường chậm.`,
        'Trong cùng ngày, gói khác dừng vì cùng lí do không có thư riêng; trang đối soát của đợt liệt kê tất cả.'],
      button: 'Xem gói', because: 'Ông/Bà phụ trách việc gửi Kho',
    };
    case 'deadline-extended': return {
      title: `Gia hạn ${inSentence(TASK_WORDS[notice.taskKind].verb)}`,
      lead: [`Sở gia hạn ${inSentence(TASK_WORDS[notice.taskKind].verb)} đến ${formatInstant(notice.dueAt)}.`],
      button: 'Xem việc', because: 'Thầy/Cô đang giữ việc này', facts: [{ label: 'Hạn mới', value: formatInstant(notice.dueAt) }],
    };
  }
}

const because = ({ isHolder }: { isHolder: boolean }): string => (isHolder ? 'Thầy/Cô là người được giao' : 'Thầy/Cô là hiệu trưởng của trường');

const windowFacts = (notice: Extract<NoticeFacts, { notice: 'authority-granted' | 'authority-ended' | 'authority-expiring' }>): MailContent['facts'] => [
  { label: 'Có hiệu lực từ', value: formatInstant(notice.validFrom) },
  { label: 'Đến', value: notice.validTo === null ? 'khi có văn bản khác' : formatInstant(notice.validTo) },
];

/** Some notices go to the Sở only, and a role says whose it is. */
function youOf(notice: NoticeFacts): FormOfAddress {
  switch (notice.notice) {
    case 'packet-parked': return 'Ông/Bà';
    case 'certificate-expiring': return notice.whose === 'packet' ? 'Ông/Bà' : 'Thầy/Cô';
    case 'role-granted': case 'role-ended': return addressOf([notice.role]);
    default: return 'Thầy/Cô';
  }
}

/** The clerk is told of refused cards, of the seal and of its own role: not to tell the clerk. */
function firstToAsk(notice: NoticeFacts, you: FormOfAddress): FirstAsked {
  if (you === 'Ông/Bà') return null;
  switch (notice.notice) {
    case 'cards-refused': return 'hiệu trưởng';
    case 'deadline-extended': return firstAsked(notice.taskKind);
    case 'signing-expired': case 'signing-declined': case 'signing-failed': return notice.signingRole === 'seal' ? 'hiệu trưởng' : 'văn thư trường';
    case 'certificate-expiring': return notice.whose === 'seal' ? 'hiệu trưởng' : 'văn thư trường';
    case 'role-granted': case 'role-ended': return notice.role === 'clerk' ? 'hiệu trưởng' : 'văn thư trường';
    case 'class-returned': return notice.fromStage === 'review' ? 'hiệu trưởng' : 'văn thư trường';
    default: return 'văn thư trường';
  }
}

/** Something happened; the page says the rest. */
export function noticeContent(model: NoticeMail): MailContent {
  const { title, lead, button, because, facts, authority } = words(model, cardCount(model.cards));
  const you = youOf(model);
  // A grant is about a person, not about a number of cards.
  // The Sở's own certificate is about no school.
  const place = placeFacts(model).filter(({ label }) => (label !== 'Số lượng' || model.cards > 0) && (label !== 'Trường' || model.schoolName !== model.departmentName));
  return {
    subject: `${title}:${classesInSubject(model.classNames)} – ${oneLine(model.schoolName)}`.replace(': –', ' –'),
    addressee: toPerson(model.recipientName, you),
    lead,
    facts: [...place, ...(facts ?? [])],
    action: { label: button, note: openingChangesNothing(you) },
    why: `${you} nhận thư này vì ${because}.`,
    authority: authority ?? null,
    notYou: wrongPerson(model.departmentName, firstToAsk(model, you), you),
    senderName: model.departmentName,
  };
}
