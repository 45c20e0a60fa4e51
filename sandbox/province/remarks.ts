import type { OverallResult } from '../../domain/record.js';
import type { Random } from './random.js';

type RemarkKind = 'qualities' | 'generalCompetences' | 'specificCompetences' | 'teacher';

/** Remarks in the words teachers use, by result; a card's four remarks are drawn independently. */
const REMARKS: Record<OverallResult, Record<RemarkKind, readonly string[]>> = {
  HTXS: {
    qualities: ['Em lễ phép, trung thực, luôn giúp đỡ bạn bè và có trách nhiệm với việc chung.', 'Em yêu quý bạn bè, chăm học và tự giác giữ gìn của công.'],
    generalCompetences: ['Em tự học tốt, trình bày rõ ràng và biết tìm nhiều cách giải một bài.', 'Em chủ động trong học tập, hợp tác tốt khi làm việc nhóm.'],
    specificCompetences: ['Em đọc lưu loát, tính toán nhanh và có óc quan sát.', 'Em diễn đạt mạch lạc, vận dụng tốt kiến thức vào thực tế.'],
    teacher: ['Em hoàn thành xuất sắc các nội dung học tập. Cô mong em tiếp tục phát huy.', 'Em học đều các môn, là tấm gương cho cả lớp.'],
  },
  HTT: {
    qualities: ['Em ngoan, chăm chỉ và biết giúp đỡ bạn.', 'Em thật thà, lễ phép với thầy cô, hoà nhã với bạn bè.'],
    generalCompetences: ['Em biết tự học và mạnh dạn trao đổi với bạn.', 'Em nắm bài tốt, biết hợp tác trong nhóm.'],
    specificCompetences: ['Em đọc viết tốt, tính toán cẩn thận.', 'Em vẽ đẹp, vận động khéo, làm toán chắc chắn.'],
    teacher: ['Em hoàn thành tốt chương trình; cần mạnh dạn phát biểu hơn.', 'Em tiếp thu bài nhanh, chữ viết sạch đẹp.'],
  },
  HT: {
    qualities: ['Em ngoan, có ý thức giữ gìn vệ sinh trường lớp.', 'Em hoà đồng với bạn, cần chăm chỉ hơn.'],
    generalCompetences: ['Em đã biết tự hoàn thành bài; cần mạnh dạn hỏi khi chưa hiểu.', 'Em tham gia hoạt động nhóm khi được nhắc.'],
    specificCompetences: ['Em đọc được bài, cần luyện thêm tính toán.', 'Em viết đúng chính tả phần lớn bài; cần đọc to, rõ hơn.'],
    teacher: ['Em hoàn thành chương trình lớp học; hè này em cần đọc thêm sách.', 'Em có tiến bộ ở học kì II, cần luyện thêm bảng nhân chia.'],
  },
  CHT: {
    qualities: ['Em ngoan nhưng còn nghỉ học nhiều; gia đình cần nhắc em đi học đều.', 'Em hiền, ít tham gia hoạt động của lớp.'],
    generalCompetences: ['Em chưa tự hoàn thành bài, cần thầy cô kèm thêm.', 'Em còn rụt rè khi làm việc với bạn.'],
    specificCompetences: ['Em đọc còn chậm, cần luyện thêm trong hè.', 'Em tính toán chưa chắc, cần ôn lại kiến thức cơ bản.'],
    teacher: ['Em cần được bồi dưỡng trong hè để đánh giá lại.', 'Em chưa đạt yêu cầu môn học; nhà trường sẽ kèm em trong hè.'],
  },
};

export function remarksFor(random: Random, result: OverallResult): Record<RemarkKind, string> {
  const bank = REMARKS[result];
  return {
    qualities: random.pick(bank.qualities),
    generalCompetences: random.pick(bank.generalCompetences),
    specificCompetences: random.pick(bank.specificCompetences),
    teacher: random.pick(bank.teacher),
  };
}
