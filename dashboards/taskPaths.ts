/** Where the work of a task is done; one place, so that list, mail and redirect agree. */
export function taskPath(task: { kind: 'collect' | 'review' | 'approve' | 'seal' | 'correct'; schoolCode: string; classId: string | null }): string {
  switch (task.kind) {
    case 'collect': return `/truong/${task.schoolCode}/du-lieu`;
    case 'review': return `/lop/${task.classId ?? ''}/ra-soat`;
    case 'approve': return `/truong/${task.schoolCode}/ky-duyet`;
    case 'seal': return `/truong/${task.schoolCode}/ky-so`;
    case 'correct': return `/truong/${task.schoolCode}/kho-tu-choi`;
  }
}

export const TASK_NAMES = {
  collect: 'Nộp dữ liệu lớp', review: 'Rà soát và ký xác nhận', approve: 'Ký duyệt', seal: 'Ký số phát hành', correct: 'Xử lí học bạ bị Kho từ chối',
} as const;
