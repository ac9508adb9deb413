import { describe, expect, it } from 'vitest';
import { framed, partsOf } from './sheet.ts';

describe('a sheet', () => {
  it('keeps style and content and leaves out what runs or loads', () => {
    const { css, body, title } = partsOf(
      '<!doctype html><html><head><title>告知书</title><style>body{color:#000}</style></head>' +
        '<body><h1>告知书</h1><script>alert(1)</script><iframe src="/x"></iframe></body></html>',
    );
    expect(title).toBe('告知书');
    expect(css).toBe('body{color:#000}');
    expect(body).toContain('<h1>告知书</h1>');
    expect(body).not.toMatch(/script|iframe/);
  });

  it('says of its frame what it says of its body', () => {
    expect(framed('@page{size:A4}body{font:16px}h1{x:y}\n@media print{body{margin:0}}')).toBe(
      '.page{font:1rem}h1{x:y}\n@media print{.page{margin:0}}',
    );
  });
});
