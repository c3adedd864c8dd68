/** Colours: only on a terminal, and never where NO_COLOR asks for none (no-color.org); Node sees to both. */
import { styleText } from 'node:util';

type Target = NodeJS.WriteStream;

export const bold = (text: string, stream: Target = process.stdout) => styled('bold', text, stream);
export const dim = (text: string, stream: Target = process.stdout) => styled('dim', text, stream);
export const green = (text: string, stream: Target = process.stdout) => styled('green', text, stream);
export const red = (text: string, stream: Target = process.stdout) => styled('red', text, stream);
export const yellow = (text: string, stream: Target = process.stdout) => styled('yellow', text, stream);

function styled(format: 'bold' | 'dim' | 'green' | 'red' | 'yellow', text: string, stream: Target): string {
  return styleText(format, text, { stream, validateStream: true });
}
