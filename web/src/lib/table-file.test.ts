import { crc32 } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { csvOf, workbookOf } from './table-file.ts';

const bytesOf = async (blob: Blob) => Buffer.from(await blob.arrayBuffer());

/** The files of a ZIP archive by its directory, as another program reads them. */
function unzipped(bytes: Buffer): Map<string, string> {
  const files = new Map<string, string>();
  const end = bytes.lastIndexOf(Buffer.from([0x50, 0x4b, 0x05, 0x06]));
  let at = bytes.readUInt32LE(end + 16);
  for (let count = bytes.readUInt16LE(end + 10); count > 0; count -= 1) {
    expect(bytes.readUInt16LE(at + 10), 'stored').toBe(0);
    const size = bytes.readUInt32LE(at + 20);
    const nameSize = bytes.readUInt16LE(at + 28);
    const name = bytes.subarray(at + 46, at + 46 + nameSize).toString();
    const local = bytes.readUInt32LE(at + 42);
    const from = local + 30 + bytes.readUInt16LE(local + 26) + bytes.readUInt16LE(local + 28);
    const data = bytes.subarray(from, from + size);
    expect(bytes.readUInt32LE(at + 16), name).toBe(crc32(data));
    files.set(name, data.toString());
    at += 46 + nameSize;
  }
  return files;
}

describe('a table as a file', () => {
  it('quotes, keeps lines apart, and lets no cell become a formula', async () => {
    const text = (
      await bytesOf(
        csvOf([
          ['a,b', '他说"好"', null, 3],
          ['=1+1', '-2', '@x', '两\n行'],
        ]),
      )
    ).toString();
    expect(text).toBe('\ufeff"a,b","他说""好""",,3\r\n\'=1+1,\'-2,\'@x,"两\n行"\r\n');
  });

  it('knows a formula in full width and behind what nobody sees', async () => {
    const cells = ['＝1+1', '＋86', '－2', '＠x', ' =1', '\u3000＝1', '\u200b@x', '\tx', 'a=b', '2－3'];
    const text = (await bytesOf(csvOf([cells]))).toString();
    expect(text).toBe(`\ufeff${cells.map((cell, at) => (at < 8 ? `'${cell}` : cell)).join(',')}\r\n`);
  });

  it('is a workbook that holds numbers as numbers and words as words', async () => {
    const files = unzipped(
      await bytesOf(
        workbookOf('按月/趋势', [
          ['月份', '件数'],
          ['<&>\u0001', 12],
          [null, 0.5],
        ]),
      ),
    );
    expect([...files.keys()]).toHaveLength(5);
    expect(files.get('xl/workbook.xml')).toContain('name="按月 趋势"');
    const sheet = files.get('xl/worksheets/sheet1.xml') ?? '';
    expect(sheet).toContain('<t xml:space="preserve">&lt;&amp;&gt;</t>');
    expect(sheet).toContain('<row><c/><c><v>0.5</v></c></row>');
    expect(new DOMParser().parseFromString(sheet, 'text/xml').getElementsByTagName('row')).toHaveLength(3);
  });
});
