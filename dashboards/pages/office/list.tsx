import type { VNode } from 'preact';

/** The areas somebody chases, when there are several. */
export function OfficeListPage({ offices }: { offices: readonly { code: string; name: string }[] }): VNode {
  if (offices.length === 0) return <p class="empty">Tài khoản chưa được giao địa bàn nào. Chuyên viên Sở GD&ĐT giao ở danh mục nhân sự.</p>;
  return <ul class="task-list">{offices.map(({ code, name }) => <li class="task" key={code}><a class="task-link" href={`/dia-ban/${code}`}>{name}</a></li>)}</ul>;
}
