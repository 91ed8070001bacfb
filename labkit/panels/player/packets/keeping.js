// Frames as a capture file that Wireshark opens: pcapng (draft-ietf-opsawg-pcapng), times in nanoseconds.

const ETHERNET = 1;

// frames: a Frames; rows: places of those to keep whose bytes are here
function pcapng(frames, rows) {
  const { list } = frames, time = frames.column("frame.time_relative"), length = frames.column("frame.len");
  const kept = rows.filter((row) => list.at[row] >= 0);
  const padded = (size) => (size + 3) & ~3;
  const whole = new Uint8Array(28 + 32 + kept.reduce((sum, row) => sum + 32 + padded(list.kept[row]), 0));
  const view = new DataView(whole.buffer);
  let at = 0;
  const word = (value) => { view.setUint32(at, value, true); at += 4; };
  const half = (value) => { view.setUint16(at, value, true); at += 2; };
  word(0x0A0D0D0A); word(28); word(0x1A2B3C4D); half(1); half(0); word(0xFFFFFFFF); word(0xFFFFFFFF); word(28); // section
  word(1); word(32); half(ETHERNET); half(0); word(0); // interface, its resolution 10**-9 s
  half(9); half(1); view.setUint8(at, 9); at += 4;
  half(0); half(0); word(32);
  for (const row of kept) {
    const bytes = frames.whole(row), size = 32 + padded(bytes.length);
    const moment = BigInt(list.epoch) + BigInt(Math.round(time(row) * 1e9));
    word(6); word(size); word(0); word(Number(moment >> 32n)); word(Number(moment & 0xFFFFFFFFn)); word(bytes.length); word(length(row));
    whole.set(bytes, at);
    at += padded(bytes.length);
    word(size);
  }
  return whole;
}

function download(name, bytes) {
  const address = URL.createObjectURL(new Blob([bytes], { type: "application/x-pcapng" }));
  const link = make("a", { href: address, download: name });
  document.body.append(link);
  link.click();
  link.remove();
  URL.revokeObjectURL(address);
}
