import { screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { Form, Input } from 'antd';
import { describe, expect, it, vi } from 'vitest';
import { Problem } from '../lib/problem.ts';
import { onStage } from '../testing/stage.tsx';
import { Writing } from './writing.tsx';

const field = (
  <Form.Item name="words" label="words">
    <Input />
  </Form.Item>
);

describe('a form that does one thing', () => {
  it('keeps what was typed when the server refuses, and closes when it does not', async () => {
    const onClose = vi.fn();
    const onSend = vi
      .fn<(fields: { words: string }) => Promise<void>>()
      .mockRejectedValueOnce(new Problem('refused', '这一步现在不能办。'))
      .mockResolvedValueOnce();
    onStage(
      <Writing<{ words: string }> open title="督办" onSend={onSend} onClose={onClose}>
        {field}
      </Writing>,
    );
    await userEvent.type(screen.getByLabelText('words'), '请尽快');
    const send = screen.getByRole('button', { name: /督\s*办/ });
    await userEvent.click(send);
    await screen.findByText('这一步现在不能办。');
    expect(onClose).not.toHaveBeenCalled();
    expect(screen.getByLabelText<HTMLInputElement>('words').value).toBe('请尽快');
    await userEvent.click(send);
    await waitFor(() => expect(onClose).toHaveBeenCalledOnce());
    expect(onSend).toHaveBeenLastCalledWith({ words: '请尽快' });
  });
});
