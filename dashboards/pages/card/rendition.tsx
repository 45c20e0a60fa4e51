import type { ComponentChildren, VNode } from 'preact';
import { CARD_STATE_NAMES } from '../../../domain/cardState.js';
import {
  COMPETENCE_CODES, COMPETENCES, OVERALL_RESULTS, QUALITIES, QUALITY_CODES, SUBJECT_LEVELS, SUBJECTS, TRAIT_LEVELS, type PupilRecord,
} from '../../../domain/record.js';
import type { Rendition } from '../../../domain/sheets/rendition.js';
import { Badge, Facts, Time, Trail } from '../../components/parts.js';
import { formatDay } from '../../format.js';

const yesNo = (value: boolean | null): string => (value === null ? 'không áp dụng' : value ? 'Có' : 'Không');
const orDash = (text: string | null): string => (text === null || text.trim() === '' ? '–' : text);

/** A card to read in full, in the order of the Ministry's rendition (spec §6), levels spelled out. */
export function RenditionPage({ card, back }: { card: Rendition; back: { href: string; label: string } | null }): VNode {
  const { record } = card;
  return (
    <>
      {back !== null && <Trail steps={[back]} />}
      <nav class="neighbours" aria-label="Học bạ khác trong lớp">
        {card.previousId !== null ? <a href={`/hoc-ba/${card.previousId}/xem`} rel="prev">← Học bạ trước</a> : <span class="quiet">Đầu danh sách lớp</span>}
        {card.nextId !== null ? <a href={`/hoc-ba/${card.nextId}/xem`} rel="next">Học bạ sau →</a> : <span class="quiet">Cuối danh sách lớp</span>}
      </nav>
      <article class="card-sheet">
        <header class="card-cover">
          <p class="card-kind">HỌC BẠ TIỂU HỌC</p>
          <h2>{record.identity.fullName}</h2>
          <p>Lớp {card.className} · {card.schoolName}</p>
          <p>Năm học {card.schoolYear.replace('-', '–')} · {card.communeName}, {card.provinceName}</p>
          <p><Badge>{CARD_STATE_NAMES[card.state]}</Badge></p>
          <p><a href={`/hoc-ba/${card.cardId}/pdf`}>Tải bản in (PDF)</a></p>
        </header>
        <Part title="Thông tin học sinh"><Identity card={card} /></Part>
        <Part title="1. Các môn học và hoạt động giáo dục"><Subjects record={record} /></Part>
        <Part title="2. Những phẩm chất chủ yếu">
          <Levels rows={QUALITY_CODES.map((code) => [QUALITIES[code], TRAIT_LEVELS[record.qualities[code]]])} caption="Phẩm chất" />
          <p class="remark">{orDash(record.remarks.qualities)}</p>
        </Part>
        <Part title="3.1. Năng lực chung">
          <Levels rows={competences(record, 'general')} caption="Năng lực chung" /><p class="remark">{orDash(record.remarks.generalCompetences)}</p>
        </Part>
        <Part title="3.2. Năng lực đặc thù">
          <Levels rows={competences(record, 'specific')} caption="Năng lực đặc thù" /><p class="remark">{orDash(record.remarks.specificCompetences)}</p>
        </Part>
        <Part title="4. Đánh giá kết quả giáo dục">
          <p class="card-result"><strong>{OVERALL_RESULTS[record.summary.result]}</strong></p><p class="remark">{orDash(record.remarks.teacher)}</p>
        </Part>
        <Part title="5. Khen thưởng"><Facts facts={[['Cuối năm', orDash(record.summary.award)], ['Đột xuất', orDash(record.summary.suddenAward)]]} /></Part>
        <Part title="6. Hoàn thành chương trình">
          <Facts facts={[
            ['Được lên lớp', yesNo(record.summary.promoted)], ['Hoàn thành chương trình lớp học', yesNo(record.summary.gradeCompleted)],
            ['Hoàn thành chương trình tiểu học', yesNo(record.summary.primaryCompleted)],
          ]} />
        </Part>
        <Part title="Chữ ký"><Signatures card={card} /></Part>
      </article>
    </>
  );
}

const Part = ({ title, children }: { title: string; children: ComponentChildren }): VNode => <section><h3>{title}</h3>{children}</section>;

function Identity({ card: { record: { identity, attendance, body, history }, cardId, version, context } }: { card: Rendition }): VNode {
  return (
    <Facts facts={[
      ['Mã tra cứu học bạ (UUID)', <code class="uuid">{cardId}</code>], ['Bản', version === 1 ? 'bản đầu' : `bản thứ ${version}`],
      ['Mã học sinh', identity.pupilCode], ['Số định danh cá nhân', orDash(identity.personalNumber)],
      ['Giới tính', identity.sex === 'male' ? 'Nam' : 'Nữ'], ['Ngày sinh', formatDay(identity.birthDate)],
      ['Nơi sinh', orDash(identity.birthPlace)], ['Quê quán', orDash(identity.homeTown)], ['Chỗ ở hiện nay', orDash(identity.address)],
      ['Dân tộc', identity.ethnicity], ['Quốc tịch', identity.nationality],
      ['Họ và tên cha', orDash(identity.fatherName)], ['Họ và tên mẹ', orDash(identity.motherName)], ['Người giám hộ', orDash(identity.guardianName)],
      ['Số sổ đăng bộ', orDash(identity.registerNumber)], ['Cân nặng, chiều cao', `${orDash(body.weightKg).replace('.', ',')} kg, ${orDash(body.heightCm).replace('.', ',')} cm`],
      ['Số buổi nghỉ', `${attendance.excusedAbsences} có phép, ${attendance.unexcusedAbsences} không phép`],
      ['Quá trình học tập', <>{history.map((one, index) => (
        <span class="line" key={index}>{one.schoolYear ?? 'không rõ năm'}: lớp {one.className}, {one.schoolName} (từ {formatDay(one.enteredOn)})</span>
      ))}</>],
      ['Người ký, chức vụ', context === null ? 'ghi khi GVCN ký xác nhận' : `${context.approver.fullName}, ${context.approver.title}`],
      ['Ngày ký phát hành dự kiến', context === null ? 'ghi khi GVCN ký xác nhận' : formatDay(context.plannedIssueOn)],
    ]} />
  );
}

function Subjects({ record: { subjects } }: { record: PupilRecord }): VNode {
  return (
    <table class="plain">
      <caption class="sr-only">Mức đạt được và điểm kiểm tra định kì từng môn</caption>
      <thead><tr><th scope="col">Môn học</th><th scope="col">Mức đạt được</th><th scope="col" class="number">Điểm KTĐK</th></tr></thead>
      <tbody>{subjects.map(({ subject, level, test }) => (
        <tr key={subject}><th scope="row">{SUBJECTS[subject].name}</th><td>{SUBJECT_LEVELS[level]}</td><td class="number">{test ?? '–'}</td></tr>
      ))}</tbody>
    </table>
  );
}

const competences = (record: PupilRecord, kind: 'general' | 'specific'): [string, string][] => COMPETENCE_CODES
  .filter((code) => COMPETENCES[code].kind === kind)
  .map((code) => { const level = record.competences[code]; return [COMPETENCES[code].name, level === null ? 'không học' : TRAIT_LEVELS[level]]; });

function Levels({ rows, caption }: { rows: readonly (readonly [string, string])[]; caption: string }): VNode {
  return (
    <table class="plain">
      <caption class="sr-only">{caption}</caption>
      <tbody>{rows.map(([name, level]) => <tr key={name}><th scope="row">{name}</th><td>{level}</td></tr>)}</tbody>
    </table>
  );
}

function Signatures({ card }: { card: Rendition }): VNode {
  const at = (time: Date | null, name: string | null): VNode => (time === null ? <span class="quiet">chưa ký</span> : <>{name !== null && <>{name}, </>}<Time at={time} /></>);
  return (
    <Facts facts={[
      ['GVCN ký xác nhận', at(card.teacherSignedAt, card.context?.teacher.fullName ?? card.teacherName)],
      ['Ký duyệt', at(card.principalSignedAt, card.context === null ? null : `${card.context.approver.title} ${card.context.approver.fullName}`)],
      ['Ký số phát hành', at(card.sealedAt, card.schoolName)],
    ]} />
  );
}
