/** A text of somebody's as it is shown inside a sentence: on one line, cut short, in quotes. */
export function shown(text: string): string {
  const plain = JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text);
  return plain.replace(/[\u007f-\u009f\u2028\u2029\ufeff\u200b]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
