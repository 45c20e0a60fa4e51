import type { InvitationMail } from '../../domain/mail.js';
import { ROLE_NAMES } from '../../domain/roles.js';
import { formatInstant } from '../../domain/vietnameseFormat.js';
import type { MailContent } from './content.js';
import { addressOf, oneLine, toPerson } from './words.js';

/** A new account: set a password before the link ends. */
export function invitationContent(model: InvitationMail): MailContent {
  const you = addressOf(model.roles);
  const unit = oneLine(model.unitName);
  const roles = model.roles.map((role) => ROLE_NAMES[role]).join(', ');
  return {
    subject: `Đặt mật khẩu tài khoản Học bạ số – ${unit}`,
    addressee: toPerson(model.recipientName, you),
    lead: [`Mời ${you} đặt mật khẩu để dùng hệ thống Học bạ số, trước ${formatInstant(model.expiresAt)}.`],
    facts: [
      { label: 'Tên đăng nhập', value: oneLine(model.userName) },
      { label: 'Đơn vị', value: unit },
      { label: 'Vai trò', value: roles },
      { label: 'Liên kết dùng được đến', value: formatInstant(model.expiresAt) },
    ],
    action: { label: 'Đặt mật khẩu', note: 'Liên kết dùng được một lần. Hết hạn thì báo Sở GD&ĐT để nhận liên kết mới.' },
    why: `${you} nhận thư này vì danh mục nhân sự của ${oneLine(model.departmentName)} ghi ${you} ở ${unit} với vai trò ${roles}.`,
    authority: null,
    notYou: `Nếu ${you} không công tác ở ${unit}, xin đừng mở liên kết và báo ${oneLine(model.departmentName)} để sửa danh mục.`,
    senderName: model.departmentName,
  };
}
