/**
 * Every code with which the hub refuses an act: HTTP status and the Vietnamese sentence (cause, who can mend it, how). One table, so
 * that page, JSON answer, mail and audit say the same.
 */
export const REFUSALS = {
  'not-signed-in': { status: 401, sentence: 'Thầy/Cô cần đăng nhập để tiếp tục.' },
  'not-allowed': { status: 403, sentence: 'Tài khoản này không có quyền làm việc đó. Quản trị hệ thống hoặc Sở GD&ĐT có thể cấp quyền.' },
  'other-area': { status: 403, sentence: 'Việc này thuộc trường hoặc địa bàn khác với phạm vi được giao cho Thầy/Cô.' },
  'not-found': { status: 404, sentence: 'Không tìm thấy mục này. Có thể đường dẫn đã cũ hoặc mục đã được xử lý.' },
  'form-out-of-date': { status: 409, sentence: 'Trang này đã cũ: dữ liệu vừa thay đổi. Mở lại trang rồi quyết định.' },
  'already-decided': { status: 409, sentence: 'Việc này đã được xử lý trước đó, không cần làm lại.' },
  'bad-input': { status: 422, sentence: 'Dữ liệu gửi lên chưa đúng. Xem lại các ô được đánh dấu.' },
  'reason-missing': { status: 422, sentence: 'Cần ghi lí do (ít nhất 5 ký tự) để người nhận biết phải sửa gì.' },
  'campaign-exists': { status: 409, sentence: 'Năm học này đã có đợt phát hành cùng loại.' },
  'campaign-not-draft': { status: 409, sentence: 'Đợt đã được phát động nên không thay được danh sách. Ghi biến động học sinh thay cho nạp lại.' },
  'campaign-not-running': { status: 409, sentence: 'Đợt chưa phát động hoặc đã kết thúc.' },
  'campaign-empty': { status: 409, sentence: 'Chưa có danh sách học sinh nên chưa phát động được. Nạp tệp danh sách học sinh trước.' },
  'campaign-not-finished': { status: 409, sentence: 'Còn học bạ chưa được Kho tiếp nhận và cũng không có lí do giữ lại. Mở danh sách "Chưa xong" để xem từng trường.' },
  'packet-key-missing': { status: 409, sentence: 'Chưa có chứng thư số của Sở để ký gói gửi Kho. Quản trị hệ thống nạp ở trang Chứng thư số của Sở.' },
  'upload-invalid': { status: 422, sentence: 'Tệp có lỗi nên chưa được nhận. Tải tệp đã đánh dấu lỗi về, sửa rồi nộp lại.' },
  'upload-not-waiting': { status: 409, sentence: 'Tệp này không còn chờ xác nhận.' },
  'class-changed': { status: 409, sentence: 'Lớp đã được GVCN ký sau khi tệp được nộp, nên thay đổi không được áp dụng.' },
  'not-your-task': { status: 403, sentence: 'Việc này được giao cho người khác. Liên hệ văn thư trường nếu phân công chưa đúng.' },
  'task-closed': { status: 409, sentence: 'Việc này đã xong hoặc đã chuyển cho người khác.' },
  'no-authority': { status: 403, sentence: 'Thầy/Cô hiện không có thẩm quyền ký duyệt lớp này. Hiệu trưởng giao ký thay, hoặc Sở GD&ĐT ghi nhận người phụ trách.' },
  'reviewer-is-approver': { status: 403, sentence: 'Người đã rà soát lớp không được ký duyệt lớp đó. Giao phó hiệu trưởng ký thay, hoặc Sở GD&ĐT cho phép ngoại lệ có thời hạn.' },
  'no-certificate': { status: 409, sentence: 'Chưa có tài khoản ký số hoặc chứng thư được ghi nhận. Sở GD&ĐT bổ sung ở danh mục nhân sự.' },
  'certificate-expired': { status: 409, sentence: 'Chứng thư số đã hết hạn hoặc bị thu hồi. Làm chứng thư mới rồi báo Sở GD&ĐT cập nhật.' },
  'no-approver': { status: 409, sentence: 'Chưa có người ký duyệt hợp lệ nên chưa ký xác nhận được: tên người ký duyệt nằm trong học bạ. Hiệu trưởng hoặc Sở GD&ĐT cần giao ký thay.' },
  'batch-open': { status: 409, sentence: 'Đang có một lần ký chờ xác nhận trên điện thoại cho lớp này.' },
  'nothing-to-sign': { status: 409, sentence: 'Không có học bạ nào để ký trong lựa chọn này.' },
  'school-exempt': { status: 409, sentence: 'Trường được miễn trong đợt này.' },
  'not-refused': { status: 409, sentence: 'Học bạ này không ở trạng thái bị Kho từ chối.' },
  'deadline-order': { status: 422, sentence: 'Hạn mới phải muộn hơn hạn hiện tại.' },
  'window-order': { status: 422, sentence: 'Ngày bắt đầu phải trước ngày kết thúc.' },
  'person-not-of-school': { status: 422, sentence: 'Người này không thuộc trường.' },
  'already-registered': { status: 409, sentence: 'Địa chỉ thư hoặc số định danh này đã có trong hệ thống.' },
} as const satisfies Record<string, { status: number; sentence: string }>;
export type RefusalCode = keyof typeof REFUSALS;
