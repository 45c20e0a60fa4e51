import type { VNode } from 'preact';
import type { Role } from '../../../domain/roles.js';
import { Due } from '../../components/parts.js';
import { formatNumber } from '../../format.js';
import { TASK_NAMES, taskPath } from '../../taskPaths.js';

export type TaskItem = {
  id: string; kind: keyof typeof TASK_NAMES; schoolCode: string; schoolName: string; classId: string | null; className: string | null;
  schoolYear: string; dueAt: Date; pupils: number;
};

/** Tasks of one school and kind that are done on one page stand together: a principal signs twelve classes at once. */
export function MyTasksPage({ tasks, roles, now }: { tasks: readonly TaskItem[]; roles: readonly Role[]; now: Date }): VNode {
  if (tasks.length === 0) return <NothingToDo roles={roles} />;
  return <ul class="task-list">{groupsOf(tasks).map((group) => <TaskCard key={group.href} group={group} now={now} />)}</ul>;
}

type Group = { href: string; first: TaskItem; tasks: TaskItem[] };

function groupsOf(tasks: readonly TaskItem[]): Group[] {
  const groups = new Map<string, Group>();
  for (const task of tasks) {
    const href = taskPath(task);
    const group = groups.get(href);
    if (group === undefined) groups.set(href, { href, first: task, tasks: [task] });
    else group.tasks.push(task);
  }
  return [...groups.values()];
}

function TaskCard({ group: { href, first, tasks }, now }: { group: Group; now: Date }): VNode {
  const classes = tasks.flatMap((task) => (task.className === null ? [] : [task.className]));
  const pupils = tasks.reduce((sum, task) => sum + task.pupils, 0);
  const late = tasks.filter((task) => task.dueAt.getTime() < now.getTime()).length;
  return (
    <li class={late > 0 ? 'task task-late' : 'task'}>
      <a class="task-link" href={href}>{TASK_NAMES[first.kind]}</a>
      <p class="task-what">
        {classes.length > 0 && <><strong>{classes.length === 1 ? `Lớp ${classes[0]}` : `${classes.length} lớp: ${classes.join(', ')}`}</strong> · </>}
        {first.schoolName} · năm học {first.schoolYear.replace('-', '–')}
      </p>
      <p class="task-when">{pupils > 0 && <span>{formatNumber(pupils)} học bạ · </span>}Hạn <Due at={first.dueAt} now={now} /></p>
    </li>
  );
}

function NothingToDo({ roles }: { roles: readonly Role[] }): VNode {
  const school = roles.some((role) => ['principal', 'deputy', 'homeroom', 'clerk'].includes(role));
  return (
    <div class="empty">
      <p>Hiện không có việc nào đang chờ.</p>
      {school && <p class="quiet">Khi đến lượt, hệ thống gửi thư kèm liên kết và việc sẽ hiện ở đây.</p>}
    </div>
  );
}
