import { dataFault } from '../db/connect.js';
import { finishReading } from '../db/upload/reading.js';
import type { ActivityDeps } from './deps.js';

/**
 * An uploaded file on which our own reader breaks, or whose data the database cannot take beside what it holds, is refused with a
 * sentence: thrown on, it would come back with every retry for ever, and keep its workflow from ending. The log says what broke.
 */
const SENTENCES = {
  'unreadable': 'Hệ thống không đọc được tệp này. Hãy chép dữ liệu sang mẫu mới tải từ hệ thống rồi nộp lại; nếu vẫn không được, báo Sở GD&ĐT kèm tệp.',
  'data-conflict': 'Dữ liệu trong tệp trái với dữ liệu đã có (ví dụ: một tài khoản ký số đang thuộc người khác), nên không dòng nào được nhận. Kiểm tra rồi nộp lại.',
} as const;
type Refused = { ok: false; refusal: { code: string; message: string } };

/** What `read` gives, or a refusal when it breaks. `read` is CPU work on the file alone: nothing it throws would be another the next time. */
export async function readOrRefuse<T>({ log }: ActivityDeps, uploadId: string, read: () => Promise<T>): Promise<T | Refused> {
  try {
    return await read();
  } catch (error) {
    log.error({ uploadId, code: nameOf(error) }, 'a file broke its reader and was refused');
    return { ok: false, refusal: { code: 'damaged', message: SENTENCES.unreadable } };
  }
}

/** The same for writing down what was read: only what the data themselves are to blame for. */
export async function writeOrRefuse({ db, log }: ActivityDeps, upload: { id: string; fence: number }, write: () => Promise<void>): Promise<void> {
  try {
    await write();
  } catch (error) {
    const code = dataFault(error);
    if (code === null) throw error;
    log.error({ uploadId: upload.id, code }, 'a file held what the database cannot take and was refused');
    await finishReading(db, upload, { state: 'refused', refusal: { code: 'data-conflict', message: SENTENCES['data-conflict'] }, errors: 1, warnings: 0 });
  }
}

const nameOf = (error: unknown): string => (error instanceof Error ? error.name : 'unknown');
