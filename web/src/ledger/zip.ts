/** A zip of some files, stored as they are: enough to send a folder of small texts, and small enough to read. */

export interface Packed { readonly name: string; readonly bytes: Uint8Array }

const TABLE = Uint32Array.from({ length: 256 }, (_, n) => {
  let sum = n;
  for (let bit = 0; bit < 8; bit++) sum = sum & 1 ? (sum >>> 1) ^ 0xedb88320 : sum >>> 1;
  return sum >>> 0;
});

/** The check sum that every member of a zip carries (CRC-32, as in ISO 3309). */
export function crc32(bytes: Uint8Array): number {
  let sum = 0xffffffff;
  for (const byte of bytes) sum = TABLE[(sum ^ byte) & 255]! ^ (sum >>> 8);
  return (sum ^ 0xffffffff) >>> 0;
}

const LOCAL = 0x04034b50, CENTRAL = 0x02014b50, END = 0x06054b50;
const VERSION = 20, UTF8 = 0x0800, LONG_AGO = 0x21; // 1 January 1980: the same bytes whenever it is packed

function written(size: number, write: (view: DataView) => void): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(size);
  write(new DataView(bytes.buffer));
  return bytes;
}

/** What both headers of a member say, from the flags on. */
function described(view: DataView, at: number, name: Uint8Array, file: Packed, sum: number): void {
  view.setUint16(at, UTF8, true);
  view.setUint16(at + 2, 0, true); // stored
  view.setUint16(at + 4, 0, true);
  view.setUint16(at + 6, LONG_AGO, true);
  view.setUint32(at + 8, sum, true);
  view.setUint32(at + 12, file.bytes.length, true);
  view.setUint32(at + 16, file.bytes.length, true);
  view.setUint16(at + 20, name.length, true);
}

export function zipped(files: readonly Packed[]): Uint8Array<ArrayBuffer> {
  const members: Uint8Array[] = [], index: Uint8Array[] = [];
  let offset = 0;
  for (const file of files) {
    const name = new TextEncoder().encode(file.name), sum = crc32(file.bytes), begins = offset;
    const head = written(30, (view) => { view.setUint32(0, LOCAL, true); view.setUint16(4, VERSION, true); described(view, 6, name, file, sum); });
    const entry = written(46, (view) => {
      view.setUint32(0, CENTRAL, true);
      view.setUint16(4, VERSION, true);
      view.setUint16(6, VERSION, true);
      described(view, 8, name, file, sum);
      view.setUint32(42, begins, true);
    });
    members.push(head, name, file.bytes);
    index.push(entry, name);
    offset += head.length + name.length + file.bytes.length;
  }
  const size = index.reduce((sum, part) => sum + part.length, 0);
  const end = written(22, (view) => {
    view.setUint32(0, END, true);
    view.setUint16(8, files.length, true);
    view.setUint16(10, files.length, true);
    view.setUint32(12, size, true);
    view.setUint32(16, offset, true);
  });
  return joined([...members, ...index, end]);
}

function joined(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) { whole.set(part, at); at += part.length; }
  return whole;
}
