// IP addresses as Python's ipaddress reads them: null for what it refuses.

function addressOf(text) {
  const four = fourBytes(text);
  if (four !== null) return { version: 4, number: four };
  const [address, ...scope] = text.split("%");
  if (scope.length > 1 || scope[0] === "") return null;
  const six = eightGroups(address);
  return six === null ? null : { version: 6, number: six };
}

function fourBytes(text) {
  const parts = text.split(".");
  const isByte = (one) => /^(?:0|[1-9][0-9]{0,2})$/.test(one) && Number(one) < 256;
  if (parts.length !== 4 || !parts.every(isByte)) return null;
  return parts.reduce((number, one) => number * 256n + BigInt(one), 0n);
}

function eightGroups(text) {
  const groups = text.split(":");
  if (groups.length < 3) return null;
  const tail = groups[groups.length - 1];
  if (tail.includes(".")) {
    const four = fourBytes(tail);
    if (four === null) return null;
    groups.splice(-1, 1, (four >> 16n).toString(16), (four & 0xffffn).toString(16));
  }
  const whole = filledUp(groups);
  if (whole === null || !whole.every((one) => /^[0-9a-fA-F]{1,4}$/.test(one))) return null;
  return whole.reduce((number, one) => number * 65536n + BigInt(`0x${one}`), 0n);
}

// Put zeros in the place of ::, which stands once at most.
function filledUp(groups) {
  if (groups.length > 9) return null;
  const inner = groups.slice(1, -1);
  if (inner.indexOf("") !== inner.lastIndexOf("")) return null;
  if (!inner.includes("")) return groups.length === 8 ? groups : null;
  const skipped = inner.indexOf("") + 1;
  const before = groups.slice(0, skipped);
  const after = groups.slice(skipped + 1);
  // At an end :: leaves an empty group more.
  if (before.length === 1 && before[0] === "") before.pop();
  if (after.length === 1 && after[0] === "") after.pop();
  const missing = 8 - before.length - after.length;
  return missing < 1 ? null : [...before, ...Array(missing).fill("0"), ...after];
}
