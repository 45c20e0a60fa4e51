/** Sheets that the hub writes beside the classes, and therefore knows when it reads. */
export const HELP_SHEET = 'Hướng dẫn';
export const ERRORS_SHEET = 'Lỗi cần sửa';
export const HISTORY_SHEET = 'Quá trình học tập';
