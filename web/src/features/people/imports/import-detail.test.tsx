import { screen } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { percentOf } from '../../../parts/import-outcome.tsx';
import { json, onStage, serve } from '../../../testing/stage.tsx';
import type { Import, ImportDetail } from './data.ts';
import { ImportDetailView } from './import-detail.tsx';

const IMPORT: Import = {
  id: 'im_1',
  kind: 'staff',
  state: 'done',
  bytes: 400,
  bytes_read: 100,
  added: 2,
  changed: 0,
  unchanged: 1,
  refused: 1,
  taken_by: 'program:test',
  digest: '00',
  started_at: '2026-11-22T02:00:00Z',
  touched_at: '2026-11-22T02:00:01Z',
};

const ERROR = { line: 3, column: 'unit', reason: { zh: '没有这个机构。', en: 'There is no such unit.' } };

function show(detail: Partial<ImportDetail>) {
  serve((request) =>
    request.url.endsWith('/im_1') ? json({ ...IMPORT, errors: [], ...detail }) : json({ staff: [], units: [] }),
  );
  onStage(<ImportDetailView id="im_1" />);
}

describe('what became of a list', () => {
  it('tells line, column and reason of what was wrong, and offers them as a file', async () => {
    show({ errors: [ERROR] });
    await screen.findByText('没有这个机构。');
    const row = screen.getByText('没有这个机构。').closest('tr');
    expect(row?.textContent).toBe('3unit没有这个机构。');
    expect(screen.getByRole('button', { name: '下载错误清单' })).toBeTruthy();
    expect(screen.getByText('导入结束：新增 2，变更 0，错误 1。')).toBeTruthy();
  });

  it('says when more is wrong than is listed', async () => {
    show({ errors: [ERROR], refused: 1500 });
    await screen.findByText('共 1500 处，列出前 1 处。');
  });

  it('says that nothing was wrong, and why a list was not taken', async () => {
    show({ refused: 0, state: 'failed', failure: { zh: '文件缺少必需的列：姓名。', en: 'It lacks columns: name.' } });
    await screen.findByText('文件缺少必需的列：姓名。');
    expect(screen.getByText('没有错误。')).toBeTruthy();
    expect(screen.queryByRole('button', { name: '下载错误清单' })).toBeNull();
  });

  it('tells what to do after the program stopped in between', async () => {
    show({ state: 'broken_off' });
    await screen.findByText('程序中途停止；已导入的行保留，请重新上传整份清单。');
  });
});

describe('how far a list is', () => {
  it('is whole only at its end', () => {
    expect(percentOf(IMPORT)).toBe(100);
    expect(percentOf({ ...IMPORT, state: 'running' })).toBe(25);
    expect(percentOf({ ...IMPORT, state: 'running', bytes_read: 400 })).toBe(99);
    expect(percentOf({ ...IMPORT, state: 'running', bytes: 0 })).toBe(0);
  });
});
